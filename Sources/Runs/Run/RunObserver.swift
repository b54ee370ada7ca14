import Synchronization

/// Follows a run as it is written: a further account of it, such as an event file.
///
/// Its methods are called by the training's thread and must be quick. They cannot throw: nothing
/// that an observer does stops a training.
public protocol RunObserver: Sendable {
  /// A row of metrics was appended.
  func noteRow(step: Int, values: [String: Float])

  /// A sample was saved, a picture's PNG or a text in UTF-8.
  func noteSample(_ sample: SampleRecord, bytes: [UInt8])

  /// A checkpoint is about to be written. A session that goes on from it writes nothing again of
  /// what came before: that must be on the disk by then.
  func synchronize()

  /// The session has ended, as the record says.
  func noteEnd(_ record: RunRecord)
}

extension RunDirectory {
  /// Lets an observer follow the run from here to the end of the session.
  public func add(_ observer: any RunObserver) {
    observers.withLock { $0.append(observer) }
  }

  /// Tells the observers that the session has ended, as the record says, and lets go of them.
  func removeObservers(at record: RunRecord) {
    let leaving = observers.withLock { observers in
      defer { observers = [] }
      return observers
    }
    for observer in leaving { observer.noteEnd(record) }
  }

  /// Appends a row of metrics; see `MetricsLog.append`.
  public func saveMetrics(
    step: Int, epoch: Double, seconds: Double, _ values: [String: Float]
  ) throws(RunError) {
    try metrics.append(step: step, epoch: epoch, seconds: seconds, floats: values)
    observers.withLock { for observer in $0 { observer.noteRow(step: step, values: values) } }
  }
}
