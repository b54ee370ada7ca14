import Foundation

/// Times as files keep them: `2025-11-21T10:52:00.000Z`, in UTC, to the millisecond.
enum Timestamp {
  static func text(of date: Date) -> String {
    let milliseconds = milliseconds(of: date)
    let (quotient, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    var seconds = time_t(rest < 0 ? quotient - 1 : quotient)
    var fields = tm()
    gmtime_r(&seconds, &fields)
    func digits(_ number: some BinaryInteger, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let day = "\(digits(fields.tm_year + 1900, 4))-\(digits(fields.tm_mon + 1, 2))"
    let time =
      "\(digits(fields.tm_hour, 2)):\(digits(fields.tm_min, 2)):\(digits(fields.tm_sec, 2))"
    return
      "\(day)-\(digits(fields.tm_mday, 2))T\(time).\(digits(rest < 0 ? rest + 1000 : rest, 3))Z"
  }

  /// The time that a text names; nil when it is none.
  static func date(of text: String) -> Date? {
    let form = Array("dddd-dd-ddTdd:dd:dd.dddZ".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count == form.count else { return nil }
    var numbers = [0]
    for (byte, expected) in zip(bytes, form) {
      if expected == UInt8(ascii: "d") {
        guard (48...57).contains(byte) else { return nil }
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + Int(byte) - 48
      } else {
        guard byte == expected else { return nil }
        numbers.append(0)
      }
    }
    var fields = tm()
    fields.tm_year = Int32(numbers[0] - 1900)
    fields.tm_mon = Int32(numbers[1] - 1)
    fields.tm_mday = Int32(numbers[2])
    fields.tm_hour = Int32(numbers[3])
    fields.tm_min = Int32(numbers[4])
    fields.tm_sec = Int32(numbers[5])
    let seconds = timegm(&fields)
    // The C library takes the 31st of a short month for the 1st of the next.
    let same =
      Int(fields.tm_mon) + 1 == numbers[1] && Int(fields.tm_mday) == numbers[2]
      && Int(fields.tm_hour) == numbers[3] && Int(fields.tm_min) == numbers[4]
      && Int(fields.tm_sec) == numbers[5]
    return same ? date(ofMilliseconds: seconds * 1000 + numbers[6]) : nil
  }

  /// The time to the millisecond, equal to itself after writing and reading.
  static func rounded(_ date: Date) -> Date { self.date(ofMilliseconds: milliseconds(of: date)) }

  private static func milliseconds(of date: Date) -> Int {
    // Clamped to the years 1 to 9999, which the form can hold.
    Int(min(max((date.timeIntervalSince1970 * 1000).rounded(), -6.2e13), 2.5e14))
  }

  private static func date(ofMilliseconds milliseconds: Int) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}
