import Basics
import CountryPack

/// The words of the exported procedure.
struct MechanismWords {
  let language: Language

  func callAsFunction(_ es: String, _ en: String) -> String { language == .spanish ? es : en }

  func certainty(_ certainty: Certainty) -> String {
    switch certainty {
    case .verified: self("verificado", "verified")
    case .secondHand: self("de segunda mano", "second-hand")
    case .unverified: self("sin verificar", "not verified")
    case .decided: self("decisión propia", "own decision")
    }
  }

  func within(_ within: Mechanism.Within?) -> String {
    switch within {
    case nil: self("sin plazo", "no time limit")
    case .urgency: self("según la urgencia", "by urgency")
    case .limit(let limit): MechanismCheck.words(limit)[language]
    }
  }

  func duration(_ duration: Mechanism.Duration) -> String {
    MechanismCheck.words(.init(minutes: duration.mean, counts: .calendar))[language]
  }

  func hours(_ hours: Mechanism.OpeningHours) -> String {
    switch hours {
    case .always: return self("siempre", "always")
    case .weekly(let windows):
      return windows.map { window in
        let names =
          language == .spanish
          ? ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"] : ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let days = window.days.sorted()
        let isRow = days.count > 2 && days[days.count - 1] - days[0] == days.count - 1
        let written =
          isRow
          ? "\(names[days[0]])–\(names[days[days.count - 1]])" : days.map { names[$0] }.joined(separator: ", ")
        return "\(written) \(clock(window.from))–\(clock(window.until))"
      }.joined(separator: "; ")
    }
  }

  private func clock(_ minutes: Int) -> String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    return two(minutes / 60) + ":" + two(minutes % 60)
  }

  /// Text as it stands between tags and in quoted attributes.
  static func escaped(_ text: String) -> String {
    var safe = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": safe += "&amp;"
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "\"": safe += "&quot;"
      case "'": safe += "&#39;"
      default: safe.unicodeScalars.append(character)
      }
    }
    return safe
  }
}
