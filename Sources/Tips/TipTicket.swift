import Basics
import Vault

/// What a form carries from when it is shown to when it is sent: when that was, and random bytes, signed by the house.
///
/// It asks nothing of anybody: no script, no picture to guess, no cookie. It makes a form that is sent again after a lost
/// answer find its message and its code again, and it tells a program that fills forms in no time from somebody who types.
public struct TipTicket: Hashable, Sendable {
  /// Nobody reads and fills the form sooner.
  static let quickest = Span.seconds(2)
  /// Somebody who is interrupted comes back within it; afterwards the form is given a new one and keeps what was typed.
  static let longest = Span.hours(12)
  private static let length = 24

  public let madeAt: Moment
  let form: [UInt8]
  private let mark: [UInt8]

  init(at moment: Moment, _ root: RootSecret) {
    let milliseconds = UInt64(bitPattern: moment.milliseconds)
    madeAt = moment
    form = (0..<8).map { UInt8(truncatingIfNeeded: milliseconds >> (56 - 8 * $0)) } + randomBytes(Self.length - 8)
    mark = Self.mark(form, root)
  }

  /// `nil` for a text that this house did not give out.
  init?(_ text: String, _ root: RootSecret) {
    guard let bytes = Base64URL.decode(text), bytes.count == Self.length + 16 else { return nil }
    form = Array(bytes[..<Self.length])
    mark = Array(bytes[Self.length...])
    guard equalInConstantTime(mark, Self.mark(form, root)) else { return nil }
    madeAt = Moment(milliseconds: Int64(bitPattern: form[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
  }

  /// What stands in the form.
  public var text: String { Base64URL.encode(form + mark) }

  enum Age: Hashable, Sendable { case tooQuick, good, over }

  func age(at now: Moment) -> Age {
    let age = now - madeAt
    return age < Self.quickest ? .tooQuick : age > Self.longest ? .over : .good
  }

  private static func mark(_ form: [UInt8], _ root: RootSecret) -> [UInt8] {
    Array(root.tag("tip-form", [form]).prefix(16))
  }
}

/// A look at one's own message: the code sealed by the house, for as long as a page may lie open. It travels in the page's
/// own forms and in no cookie, and the store knows nothing of it.
public struct TipLook: Sendable {
  public static let minutes = 20
  /// What stands in the page's forms.
  public let text: String

  init(_ code: TipCode, at now: Moment, _ root: RootSecret) throws {
    let until = String((now + .minutes(Self.minutes)).milliseconds)
    let sealed = try root.seal(
      Array((until + " " + code.exposedText).utf8), purpose: "tip-look", context: Self.context)
    text = Base64URL.encode(sealed)
  }

  /// The code of a look that is not over.
  static func code(_ text: String, at now: Moment, _ root: RootSecret) -> TipCode? {
    guard text.utf8.count <= 400, let sealed = Base64URL.decode(text),
      let plain = try? root.open(sealed, purpose: "tip-look", context: context)
    else { return nil }
    let parts = String(decoding: plain, as: UTF8.self).split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let until = Int64(parts[0]), until > now.milliseconds else { return nil }
    return TipCode(String(parts[1]))
  }

  private static let context = Array("tip".utf8)
}
