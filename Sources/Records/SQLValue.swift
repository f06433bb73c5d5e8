import Basics

/// One value as both engines store it.
public enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
}

/// A Swift value that can be bound to a `?` of a statement.
public protocol SQLBindable: Sendable {
  var sqlValue: SQLValue { get }
}

/// A Swift value that can be read from a column.
public protocol SQLReadable: Sendable {
  /// `nil` when the stored value is not one of this type.
  static func fromSQL(_ value: SQLValue) -> Self?
}

public typealias SQLConvertible = SQLBindable & SQLReadable

extension SQLValue: SQLBindable {
  public var sqlValue: SQLValue { self }
}

extension Int: SQLConvertible {
  public var sqlValue: SQLValue { .integer(Int64(self)) }
  @inlinable
  public static func fromSQL(_ value: SQLValue) -> Int? {
    if case .integer(let number) = value { Int(exactly: number) } else { nil }
  }
}

extension Int64: SQLConvertible {
  public var sqlValue: SQLValue { .integer(self) }
  @inlinable
  public static func fromSQL(_ value: SQLValue) -> Int64? {
    if case .integer(let number) = value { number } else { nil }
  }
}

/// Stored as 0 and 1.
extension Bool: SQLConvertible {
  public var sqlValue: SQLValue { .integer(self ? 1 : 0) }
  @inlinable
  public static func fromSQL(_ value: SQLValue) -> Bool? {
    if case .integer(let number) = value { number != 0 } else { nil }
  }
}

extension Double: SQLConvertible {
  public var sqlValue: SQLValue { .real(self) }
  @inlinable
  public static func fromSQL(_ value: SQLValue) -> Double? {
    switch value {
    case .real(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }
}

extension String: SQLConvertible {
  public var sqlValue: SQLValue { .text(self) }
  @inlinable
  public static func fromSQL(_ value: SQLValue) -> String? {
    if case .text(let text) = value { text } else { nil }
  }
}

extension [UInt8]: SQLConvertible {
  public var sqlValue: SQLValue { .blob(self) }
  @inlinable
  public static func fromSQL(_ value: SQLValue) -> [UInt8]? {
    if case .blob(let bytes) = value { bytes } else { nil }
  }
}

extension Optional: SQLBindable where Wrapped: SQLBindable {
  public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

/// Values with a text form (identifiers, days, months, languages) are stored as that text.
extension SQLBindable where Self: LosslessStringConvertible {
  public var sqlValue: SQLValue { .text(description) }
}

extension SQLReadable where Self: LosslessStringConvertible {
  @inlinable
  public static func fromSQL(_ value: SQLValue) -> Self? {
    if case .text(let text) = value { Self(text) } else { nil }
  }
}

extension Identifier: SQLConvertible {}
extension CalendarDay: SQLConvertible {}
extension CalendarMonth: SQLConvertible {}
extension Language: SQLConvertible {}

/// Stored as milliseconds since 1970.
extension Moment: SQLConvertible {
  public var sqlValue: SQLValue { .integer(milliseconds) }
  @inlinable
  public static func fromSQL(_ value: SQLValue) -> Moment? {
    if case .integer(let number) = value { Moment(milliseconds: number) } else { nil }
  }
}

/// Coded enums are stored as their raw text. Conform with `extension MyCode: SQLConvertible {}`.
extension SQLBindable where Self: RawRepresentable, RawValue == String {
  public var sqlValue: SQLValue { .text(rawValue) }
}

extension SQLReadable where Self: RawRepresentable, RawValue == String {
  @inlinable
  public static func fromSQL(_ value: SQLValue) -> Self? {
    if case .text(let text) = value { Self(rawValue: text) } else { nil }
  }
}

extension FourWayAnswer: SQLConvertible {}
