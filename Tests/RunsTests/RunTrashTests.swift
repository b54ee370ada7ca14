import Foundation
import Synchronization
import TandemRuns
import TestDisks
import Testing

@Suite struct RunTrashTests {
  private func makeRun(_ runs: String, _ id: String) throws -> String {
    let run = try RunDirectory.create(
      in: runs, try makeDescription(), fileSystem: LocalFileSystem(), name: { _ in id })
    try run.metrics.append(step: 1, epoch: 0, seconds: 0, ["a": 1])
    try run.finish(.done)
    return run.path
  }

  private func files(_ path: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
  }

  @Test func runsGoAndComeBack() throws {
    try withFolder { folder in
      let root = try #require(realPath(folder))
      let runs = "\(root)/experiments/ring/runs"
      let (a, b) = (
        try makeRun(runs, "20250101-000000-calm-owl"), try makeRun(runs, "20250102-000000-bold-elk")
      )
      let store = RunStore(root: root)
      let trash = RunTrash(store)
      #expect(try trash.list().isEmpty)
      let before = try files(a)
      let moment = Date(timeIntervalSince1970: 1_763_683_200.5)
      let place = try trash.remove(a, now: moment)
      #expect(place == "\(runs)/.trash/20250101-000000-calm-owl")
      #expect(try store.paths() == [b])
      let removed = try trash.list()
      #expect(removed.map(\.path) == [place] && removed[0].removed == moment)
      #expect(removed[0].status == .done && removed[0].step == 0)
      #expect(try trash.find("calm") == place && trash.find("20250101") == place)
      let second = try trash.remove(b, now: moment.addingTimeInterval(-1))
      #expect(try trash.find("@last") == place)
      #expect(try trash.restore(second) == b)
      #expect(
        message { _ = try trash.find("calm-owk") }
          == "no run named 'calm-owk' below \(root), in the trash; "
          + "did you mean '20250101-000000-calm-owl'?")
      #expect(message { _ = try store.find("calm") }.hasPrefix("no run named 'calm' below \(root)"))
      #expect(
        message { try trash.remove(place) } == "cannot remove \(place): it is in the trash")

      #expect(try trash.restore(place) == a)
      #expect(try files(a) == before)
      #expect(RunSummary(path: a).removed == nil && RunSummary(path: a).status == .done)
      #expect(try store.paths() == [a, b] && trash.paths() == [])
      #expect(
        message { _ = try trash.find("@last") }
          == "no run named '@last' below \(root), in the trash")
    }
  }

  @Test func aRunAtWorkStays() throws {
    try withFolder { root in
      let run = try RunDirectory.create(in: root, try makeDescription())
      let trash = RunTrash(RunStore(root: root))
      for force in [false, true] {
        #expect(
          message { try trash.remove(run.path, force: force) }.contains(" is being written by "))
      }
      try run.progress(step: 3)
      try run.finish(.interrupted)
      try trash.remove(run.path)

      // One of another machine, of which the lock may not tell.
      let other = try makeRun(root, "20250101-000000-calm-owl")
      let record = try text(of: "\(other)/run.json")
        .replacing(#""status" : "done""#, with: #""status" : "running""#)
        .replacing(/"host" : "[^"]*"/, with: #""host" : "elsewhere""#)
      try write(record, to: "\(other)/run.json")
      #expect(RunSummary(path: other).status == .running)
      #expect(
        message { try trash.remove(other) }
          == "cannot remove \(other): it seems to be running as process \(getpid()) of elsewhere")
      try trash.remove(other, force: true)
      #expect(try trash.paths().count == 2)
    }
  }

  @Test func nothingIsReplaced() throws {
    try withFolder { folder in
      let root = try #require(realPath(folder))
      let id = "20250101-000000-calm-owl"
      let trash = RunTrash(RunStore(root: root))
      let place = try trash.remove(try makeRun(root, id))
      let path = try makeRun(root, id)
      #expect(
        message { try trash.remove(path) }
          == "cannot remove \(path): the trash has a run of this id already")
      #expect(
        message { try trash.restore(place) }
          == "cannot restore \(place): \(path) is there already")
      #expect(RunSummary(path: path).status == .done && RunSummary(path: place).status == .done)
      for wrong in [path, "\(root)/none", id] {
        #expect(
          message { try trash.purge(wrong) } == "cannot delete \(wrong): it is not in the trash")
        #expect(
          message { try trash.restore(wrong) } == "cannot restore \(wrong): it is not in the trash")
      }
    }
  }

  /// What a link in a run points to survives the run; a link is no run.
  @Test func linksAreNotFollowed() throws {
    try withFolder { folder in
      let root = try #require(realPath(folder))
      let files = FileManager.default
      try files.createDirectory(atPath: "\(root)/precious/deep", withIntermediateDirectories: true)
      try write("data", to: "\(root)/precious/deep/file")
      let run = try makeRun("\(root)/runs", "20250101-000000-calm-owl")
      try files.createSymbolicLink(
        atPath: "\(run)/samples/link", withDestinationPath: "\(root)/precious")
      try files.createSymbolicLink(
        atPath: "\(root)/runs/20250102-000000-bold-elk", withDestinationPath: "\(root)/precious")
      let trash = RunTrash(RunStore(root: root))
      let size = RunTrash.size(of: run)
      #expect(size > 0 && size < 1 << 20)
      let place = try trash.remove(run)
      try trash.purge(place)
      #expect(!files.fileExists(atPath: place))
      let link = "\(root)/runs/20250102-000000-bold-elk"
      #expect(
        message { try trash.remove(link) }
          == "cannot remove \(link): it is a symbolic link, not a run")
      // A link that was put into the trash by hand goes alone.
      let inTrash = "\(root)/runs/.trash/20250102-000000-bold-elk"
      try files.moveItem(atPath: link, toPath: inTrash)
      try trash.purge(inTrash)
      #expect(!files.fileExists(atPath: inTrash))
      #expect(try text(of: "\(root)/precious/deep/file") == "data")

      // A trash folder that is a link elsewhere is none.
      try files.removeItem(atPath: "\(root)/runs/.trash")
      try files.createSymbolicLink(
        atPath: "\(root)/runs/.trash", withDestinationPath: "\(root)/precious")
      let other = try makeRun("\(root)/runs", "20250103-000000-neat-fox")
      #expect(message { try trash.remove(other) }.hasSuffix("/.trash is a symbolic link"))
      #expect(try trash.paths() == [])
    }
  }

  /// A run in the trash that is gone on with all the same stays as it is.
  @Test func aRunAtWorkStaysInTheTrash() throws {
    try withFolder { folder in
      let root = try #require(realPath(folder))
      let trash = RunTrash(RunStore(root: root))
      let place = try trash.remove(try makeRun(root, "20250101-000000-calm-owl"))
      let claimed = try ClaimedRun(place)
      for body in [{ _ = try trash.restore(place) }, { _ = try trash.purge(place) }] {
        #expect(message(body) == "\(place) is being written by process \(getpid())")
      }
      #expect(try trash.paths() == [place])
      withExtendedLifetime(claimed) {}
    }
  }

  /// Many at once restore and delete the same runs: each run comes back whole or goes for good, and
  /// nobody is told anything else than that another was faster.
  @Test func manyAtOnceDoNotTripOverEachOther() throws {
    try withFolder { folder in
      let root = try #require(realPath(folder))
      let trash = RunTrash(RunStore(root: root))
      let places = try (10..<30).map {
        try trash.remove(try makeRun(root, "20250101-0000\($0)-calm-owl"))
      }
      let metrics = try text(of: "\(places[0])/metrics.jsonl")
      let restored = Mutex<[String]>([])
      let purged = Mutex<[String]>([])
      let problems = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { worker in
        let own = RunTrash(RunStore(root: root))
        for (index, place) in places.enumerated() {
          do {
            if (worker + index).isMultiple(of: 2) {
              let path = try own.restore(place)
              restored.withLock { $0.append(path) }
            } else {
              if try own.purge(place) { purged.withLock { $0.append(place) } }
              try own.purgeLeftovers()
            }
          } catch {
            problems.withLock { $0.append("\(error)") }
          }
        }
      }
      let (back, gone) = (restored.withLock { $0 }, purged.withLock { $0 })
      #expect(back.count + gone.count == places.count && !back.isEmpty && !gone.isEmpty)
      #expect(try RunStore(root: root).paths() == back.sorted())
      for path in back { #expect(try text(of: "\(path)/metrics.jsonl") == metrics) }
      #expect(
        problems.withLock { $0 }.allSatisfy { $0.hasSuffix(": it is not in the trash any more") })
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(root)/.trash") == [".lock"])
    }
  }

  /// Whichever operation fails, the run is whole in one of its two places.
  @Test func aFailureLosesNoRun() throws {
    try withFolder { folder in
      let root = try #require(realPath(folder))
      let path = try makeRun(root, "20250101-000000-calm-owl")
      let store = RunStore(root: root)
      let metrics = try text(of: "\(path)/metrics.jsonl")
      for isPersistent in [false, true] {
        for isRemoving in [true, false] {
          for count in 0... {
            let disk = FaultyFileSystem(failingAfter: count, persistent: isPersistent, code: EIO)
            let faulty = RunTrash(store, fileSystem: disk)
            if isRemoving {
              _ = try? faulty.remove(path)
            } else {
              _ = try? faulty.restore(try RunTrash(store).remove(path))
            }
            let (here, there) = (try store.paths(), try store.trash.paths())
            #expect(here.count + there.count == 1)
            let place = try #require((here + there).first)
            #expect(try text(of: "\(place)/metrics.jsonl") == metrics)
            #expect(RunSummary(path: place).status == .done)
            if let place = there.first { try store.trash.restore(place) }
            if !disk.hasFailed { break }
            #expect(count < 100)
          }
        }
      }
    }
  }

  /// A purge that breaks off leaves nothing that could be restored half, and the next one ends it.
  @Test func aBrokenPurgeIsEnded() throws {
    try withFolder { folder in
      let root = try #require(realPath(folder))
      let store = RunStore(root: root)
      for count in 0... {
        let place = try store.trash.remove(try makeRun(root, "20250101-000000-calm-owl"))
        let disk = FaultyFileSystem(failingAfter: count, persistent: true, code: EIO)
        _ = try? RunTrash(store, fileSystem: disk).purge(place)
        // Two locks are opened and taken before.
        #expect(try store.trash.paths() == (count <= 4 ? [place] : []))
        if count <= 4 { try store.trash.purge(place) }
        try store.trash.purgeLeftovers()
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(root)/.trash") == [".lock"])
        if !disk.hasFailed { break }
        #expect(count < 100)
      }
    }
  }
}

extension RunStore {
  fileprivate var trash: RunTrash { RunTrash(self) }
}

/// A path without links.
private func realPath(_ path: String) -> String? {
  guard let buffer = realpath(path, nil) else { return nil }
  defer { free(buffer) }
  return String(cString: buffer)
}
