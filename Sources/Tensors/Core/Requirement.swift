/// Ends the program with `message` where `condition` does not hold.
///
/// For mistakes of the caller, such as shapes that do not fit. `precondition` would do, but its
/// message is left out of optimised builds, which are the ones that people train with.
@inlinable
package func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #file, line: UInt = #line
) {
  if !condition() { fatalError(message(), file: file, line: line) }
}
