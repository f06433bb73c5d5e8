import Accounts
import Basics
import Hummingbird
import Logging
import NIOCore
import Vault

/// What is known about a request while it is answered. A value: each middleware hands on a copy.
public struct PageContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// The connection's other end.
  let remoteAddress: String
  /// The client as throttling sees it.
  var client = ""
  var language = Language.spanish
  /// Whether the reader chose the language.
  var isLanguageChosen = false
  /// Names this request in the log and on an error page.
  var reference: String { String(String(number, radix: 32).suffix(8)) }
  private let number: UInt64
  var actor: Actor?
  /// The member's unread notices; `nil` where there is no inbox.
  var unread: Int?
  /// Whether the browser still showed a session that has ended.
  var hadSession = false
  /// What the browser sent along, read once.
  var cookies = Cookies(from: [])
  /// The random cookie that forms are bound to; `nil` where no form is read or shown.
  var formToken: Token?
  /// Whether the browser does not have it yet.
  var isFormTokenNew = false
  var form = Form.empty
  var query = Form.empty
  /// Whether a list is asked for as a file: all of it, as far as `ListSheet.mostRows`.
  var takesAll = false
  /// Files as they were sent, by the field's name, where the page takes some.
  var files: [String: [UInt8]] = [:]

  public init(source: ApplicationRequestContextSource) {
    self.init(source: source, remoteAddress: source.channel.remoteAddress?.ipAddress ?? "")
  }

  /// For requests that come from no connection.
  init(source: some RequestContextSource, remoteAddress: String) {
    coreContext = CoreRequestContextStorage(source: source)
    self.remoteAddress = remoteAddress
    // Only a request that fails is ever named. The highest bit is set, so that there are always digits enough.
    number = .random(in: .min ... .max) | 1 << 63
  }
}
