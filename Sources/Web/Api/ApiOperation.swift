import Accounts
import Basics
import CountryPack
import HTTPTypes
import Referrals

/// One parameter of an address, or one field of a body.
struct ApiField: Sendable {
  var name: String
  var kind: ApiKind
  var isRequired = false

  init(_ name: String, _ kind: ApiKind, isRequired: Bool = false) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
  }
}

/// One thing that a program can ask for: its address, who may, what it takes, what it answers, and the work itself. The
/// door, the OpenAPI document and the page for people are all made from the same list of these.
struct ApiOperation: Sendable {
  var method: HTTPRequest.Method
  /// Below `/api/v1`, with `{name}` for parts that vary.
  var path: String
  /// As the document names it; its texts stand under `api.op.<name>`.
  var name: String
  /// Under which heading it stands: `api.tag.<tag>`.
  var tag: String
  /// What a key must be allowed to do; `nil` when any key will do.
  var right: ApiRight?
  /// Whether no key is needed.
  var isOpen = false
  /// The kinds of the parts of the address that vary, in order.
  var parts: [ApiField] = []
  var query: [ApiField] = []
  /// The fields of the JSON object that is sent; `nil` where nothing is.
  var body: [ApiField]?
  var status = HTTPResponse.Status.ok
  /// The name of the schema of the answer (`ApiShapes`).
  var answer: String
  var work: @Sendable (ApiCall) async throws -> ApiAnswer

  /// The values of the parts that vary, when an address is this one's; `nil` when it is not.
  func match(_ pieces: [String]) -> [String: String]? {
    let own = path.split(separator: "/").map(String.init)
    guard own.count == pieces.count else { return nil }
    var values: [String: String] = [:]
    for (mine, piece) in zip(own, pieces) {
      if mine.hasPrefix("{") {
        guard !piece.isEmpty else { return nil }
        values[String(mine.dropFirst().dropLast())] = piece
      } else if mine != piece {
        return nil
      }
    }
    return values
  }

  /// As routes are written: `POST /api/v1/referrals/:referral/accept`.
  var route: String {
    "\(method.rawValue) \(Api.root)" + path.replacing("{", with: ":").replacing("}", with: "")
  }
}

/// A request that was read: everything in it is of the kind that the operation says.
struct ApiCall: Sendable {
  let desks: Desks
  let words: Words
  /// Parts, parameters and fields by name; those that were not sent are missing.
  let values: [String: ApiValue]
  let key: Actor?

  /// Who asks. Operations that need no key don't ask.
  func actor() throws(Refusal) -> Actor {
    guard let key else { throw Refusal(.notSignedIn, Phrase("error.api_key")) }
    return key
  }

  func text(_ name: String) -> String { values[name]?.string ?? "" }
  func optional(_ name: String) -> String? { values[name]?.string }
  func isTrue(_ name: String) -> Bool { values[name] == true }
  func integer(_ name: String, or other: Int) -> Int {
    if case .integer(let number) = values[name] { Int(number) } else { other }
  }

  /// Throws `Refusal.notFound` for a part of an address that names nothing.
  func id<Entity>(_ name: String) throws(Refusal) -> Identifier<Entity> {
    guard let id = Identifier<Entity>.inEitherForm(text(name)) else { throw .notFound }
    return id
  }
}

/// What an operation answers.
struct ApiAnswer: Sendable {
  var value: ApiValue
  /// Where what was made is found.
  var location: String?
  init(_ value: ApiValue, location: String? = nil) {
    self.value = value
    self.location = location
  }
}

/// All that programs can ask for.
enum Api {
  static let root = "/api/v1"
  static let version = "1.0.0"
  static let operations: [ApiOperation] = GeneralOperations.all + DirectoryOperations.all + ReferralOperations.all
  static var tags: [String] { operations.map(\.tag).reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}
