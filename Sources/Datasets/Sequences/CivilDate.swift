/// A day of the Gregorian calendar.
package struct CivilDate: Hashable, Sendable {
  /// The year.
  package let year: Int
  /// The month, 1 ... 12.
  package let month: Int
  /// The day of the month, from 1.
  package let day: Int
  /// The day of the week, from 0, a Sunday.
  package let weekday: Int

  /// The number of days from 1 January 1900 to 31 December 2099.
  package static let count = 73_049

  /// The day that is `number` days after 1 January 1900, a Monday.
  package init(daysSince1900 number: Int) {
    var (year, left) = (1900, number)
    while left >= Self.length(ofYear: year) {
      left -= Self.length(ofYear: year)
      year += 1
    }
    var month = 1
    while left >= Self.length(of: month, year) {
      left -= Self.length(of: month, year)
      month += 1
    }
    (self.year, self.month, day, weekday) = (year, month, left + 1, (number + 1) % 7)
  }

  /// The date as ISO 8601 writes it: 1998-05-03.
  package var iso: String { "\(year)-\(Self.two(month))-\(Self.two(day))" }

  /// A number below 100 in two digits.
  static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func length(ofYear year: Int) -> Int { isLeap(year) ? 366 : 365 }

  private static func length(of month: Int, _ year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
