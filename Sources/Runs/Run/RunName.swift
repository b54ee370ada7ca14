import Foundation

/// The names of runs: `20251121-105200-amber-falcon`.
package enum RunName {
  /// The time in UTC and two words drawn by the operating system, so that runs of one seed which
  /// start in one second differ.
  static func random(at time: Date) -> String {
    var generator = SystemRandomNumberGenerator()
    let adjective = adjectives[Int.random(in: adjectives.indices, using: &generator)]
    let noun = nouns[Int.random(in: nouns.indices, using: &generator)]
    return "\(stamp(time))-\(adjective)-\(noun)"
  }

  /// `yyyymmdd-hhmmss` in UTC.
  static func stamp(_ time: Date) -> String {
    let digits = Timestamp.text(of: time).prefix { $0 != "." }.filter(\.isNumber)
    return "\(digits.prefix(8))-\(digits.dropFirst(8))"
  }

  /// The time that a run's name begins with; nil where it begins with none.
  static func time(of name: String) -> Date? {
    let digits = Array(name.prefix(15))
    guard digits.count == 15 else { return nil }
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    return Timestamp.date(
      of: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):"
        + "\(part(13..<15)).000Z")
  }

  /// Whether a folder is named as a run is.
  static func isRunName(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0].count == 8 && parts[1].count == 6
      && parts[0...1].allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) } }
  }

  /// The two words of a run's name; nil where it is none.
  package static func words(of name: String) -> String? {
    isRunName(name) ? name.split(separator: "-")[2...].joined(separator: "-") : nil
  }

  static let adjectives = words(
    """
    agile amber ample azure bold brave breezy bright brisk calm candid clear clever coral cosmic
    crimson crisp curious deft eager early earnest fair fleet fond frank fresh gentle glad golden
    grand green happy hardy honest humble indigo ivory jolly keen kind lively loyal lucid lunar
    mellow merry mighty misty modest neat nimble noble opal patient placid plucky polar proud quick
    quiet rapid ready royal ruby rustic sage sandy serene sharp silent silver sincere smooth snowy
    solar solid spry steady still stout sunny super swift tender tidy topaz tranquil true upbeat
    velvet vivid warm wise witty zesty
    """)

  static let nouns = words(
    """
    acorn alder anchor ant arrow aspen badger bay beacon bear beaver birch bison brook canyon
    cedar cliff cloud comet condor coyote crane creek cricket delta dolphin dove dune eagle elk
    elm falcon fern finch fjord fox gecko glacier grove gull harbor hare harp hawk heron hill
    island ibis jay kestrel lagoon lake lark lemur linden lion lotus lynx maple marsh marten meadow
    moose moth oak orca orchid osprey otter owl panda peak pebble pelican pine plover pond puffin
    quail rabbit raven reef ridge river robin rook salmon seal shore sparrow spruce star stone
    stork swan thrush tiger trout tulip valley walrus willow wolf wren yak
    """)

  private static func words(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
