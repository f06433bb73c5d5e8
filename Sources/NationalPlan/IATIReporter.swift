/// Who publishes a plan's projects under IATI.
public struct IATIReporter: Hashable, Sendable {
  /// Its identifier as registered: agency's code, hyphen, number.
  public var reference: String
  public var name: String
  /// IATI's code of the organisation's type: `OrganisationType`.
  public var type: String
  /// Where the publisher says what its plan's axes are, as IATI asks of an own vocabulary of sectors; empty for nowhere.
  public var axes: String

  /// IATI's codelist `OrganisationType`, as far as an organisation of a plan can be one.
  public static let types = ["10", "11", "15", "21", "22", "23", "24", "30", "40", "60", "70", "80", "90"]

  /// `nil` unless the reference has letters, digits and hyphens with a hyphen inside, the name is there, the type is one
  /// of `types` and `axes`, if there is one, is an address of the web without spaces.
  public init?(reference: String, name: String, type: String, axes: String = "") {
    let letters = Array(reference.utf8)
    func isPlain(_ letter: UInt8) -> Bool {
      (48...57).contains(letter) || (65...90).contains(letter) || (97...122).contains(letter)
    }
    guard (3...100).contains(letters.count), letters.allSatisfy({ isPlain($0) || $0 == UInt8(ascii: "-") }),
      letters.dropFirst().dropLast().contains(UInt8(ascii: "-")), isPlain(letters[0]),
      isPlain(letters[letters.count - 1]),
      !name.isEmpty, name.count <= 200, Self.types.contains(type), axes.isEmpty || Self.isAddress(axes)
    else { return nil }
    self.reference = reference
    self.name = name
    self.type = type
    self.axes = axes
  }

  private static func isAddress(_ text: String) -> Bool {
    (text.hasPrefix("https://") || text.hasPrefix("http://")) && (10...500).contains(text.utf8.count)
      && text.utf8.allSatisfy { (33...126).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }
  }
}
