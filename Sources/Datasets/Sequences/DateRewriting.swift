/// To rewrite a date as people write it in the form of ISO 8601: "Sunday, May 3rd 1998" becomes
/// "1998-05-03".
///
/// All days from 1900 to 2099 and all forms are equally likely. Numbers between slashes are month,
/// day, year (or year, month, day), those between dots day, month, year. Years of two digits are those from 1969 to 2068,
/// as POSIX reads them; other years are written in full.
public struct DateRewriting: PairTask {
  public let name = "date rewriting"
  public let source: Vocabulary
  public let target: Vocabulary
  /// The seed of all pairs.
  public let seed: UInt64

  private let random: Philox

  /// The task with the pairs of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    random = Philox(seed: seed)
    let names = Self.months + Self.weekdays
    let written = (names + names.map { $0.lowercased() } + ["0123456789 ,-./thstndrdof"]).joined()
    source = Self.vocabulary(of: written)
    target = Self.vocabulary(of: "0123456789-")
  }

  public func pair(_ part: TaskPart, _ index: Int) -> TextPair {
    var draws = PhiloxDraws(random, part.stream, index)
    let date = CivilDate(daysSince1900: draws.below(CivilDate.count))
    let forms = Self.forms(of: date)
    return TextPair(source: forms[draws.below(forms.count)](date), target: date.iso)
  }

  /// All the ways in which a date is written.
  package static func writings(of date: CivilDate) -> [String] { forms(of: date).map { $0(date) } }

  private static func vocabulary(of letters: String) -> Vocabulary {
    Vocabulary(
      checked: .characters, ["\n"] + Set(letters.unicodeScalars).sorted().map { String($0) })
  }

  private typealias Form = @Sendable (CivilDate) -> String

  private static func forms(of date: CivilDate) -> [Form] {
    (1969...2068).contains(date.year) ? allForms : longForms
  }

  private static let allForms = longForms + shortForms

  private static let longForms: [Form] = [
    { "\($0.day) \(month($0)) \($0.year)" },
    { "\($0.day) \(month($0)), \($0.year)" },
    { "\(month($0)) \($0.day), \($0.year)" },
    { "\(month($0)) \(ordinal($0)), \($0.year)" },
    { "the \(ordinal($0)) of \(month($0)) \($0.year)" },
    { "\(weekday($0)), \(month($0)) \(ordinal($0)) \($0.year)" },
    { "\(weekday($0)), \($0.day) \(month($0)) \($0.year)" },
    { "\(weekday($0).prefix(3)) \($0.day) \(month($0).prefix(3)) \($0.year)" },
    { "\(month($0).prefix(3)) \($0.day) \($0.year)" },
    { "\($0.day) \(month($0).lowercased()) \($0.year)" },
    { "\($0.day)-\(month($0).prefix(3))-\($0.year)" },
    { "\(CivilDate.two($0.month))/\(CivilDate.two($0.day))/\($0.year)" },
    { "\($0.month)/\($0.day)/\($0.year)" },
    { "\($0.day).\($0.month).\($0.year)" },
    { "\($0.year) \(month($0)) \($0.day)" },
    { "\($0.year)/\(CivilDate.two($0.month))/\(CivilDate.two($0.day))" },
  ]

  private static let shortForms: [Form] = [
    { "\(CivilDate.two($0.month))/\(CivilDate.two($0.day))/\(CivilDate.two($0.year % 100))" },
    { "\($0.day).\($0.month).\(CivilDate.two($0.year % 100))" },
    { "\($0.day) \(month($0).prefix(3)) \(CivilDate.two($0.year % 100))" },
  ]

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  private static func month(_ date: CivilDate) -> String { months[date.month - 1] }

  private static func weekday(_ date: CivilDate) -> String { weekdays[date.weekday] }

  /// The day of the month as a numeral of order: 1st, 2nd, 3rd, 4th, … 11th, … 21st.
  private static func ordinal(_ date: CivilDate) -> String {
    let suffix =
      switch (date.day / 10, date.day % 10) {
      case (1, _): "th"
      case (_, 1): "st"
      case (_, 2): "nd"
      case (_, 3): "rd"
      default: "th"
      }
    return "\(date.day)\(suffix)"
  }
}
