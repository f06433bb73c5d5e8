import Basics
import Casework
import CountryPack
import Releases
import Statistics

/// Synthetic records in the words of one language.
struct RecordsTerms {
  let words: Words

  init(_ visit: Visit) { words = visit.words }

  init(_ words: Words) { self.words = words }

  /// `k = 10` or `ε = 1, δ = 0,0001`.
  func method(_ choice: RecordsChoice) -> String {
    switch choice.method {
    case .kanonymous: words("statistics.records.short_kanonymous", ["k": String(choice.k)])
    case .dp:
      words(
        "statistics.records.short_dp", ["epsilon": decimal(choice.epsilon), "delta": decimal(choice.delta)])
    }
  }

  /// `Forma de explotación, edad, sexo; años 2007 a 2009; k = 10; combinaciones de hasta 3 columnas`.
  func sentence(_ choice: RecordsChoice) -> String {
    words(
      "statistics.records.sentence",
      [
        "columns": choice.columns.map { words("statistics.field.\($0.rawValue)").lowercasedFirst }.joined(
          separator: ", "),
        "from": String(choice.years.lowerBound), "until": String(choice.years.upperBound),
        "method": method(choice), "length": String(choice.length),
      ])
  }

  /// What is promised, in plain words and with its numbers.
  func guarantee(_ privacy: SynthesisReport.Privacy) -> String {
    if let k = privacy.k { return words("statistics.records.guarantee_k", ["k": String(k)]) }
    return words(
      "statistics.records.guarantee_dp",
      ["epsilon": decimal(privacy.epsilon ?? 0), "delta": decimal(privacy.delta ?? 0)])
  }

  /// How much of the budget is spent.
  func spent(_ ledger: RecordsLedger) -> String {
    guard let budget = ledger.budget else { return words("error.records_no_budget") }
    return words(
      "statistics.records.spent",
      [
        "epsilon": decimal(ledger.epsilon), "most": decimal(budget.epsilon), "delta": decimal(ledger.delta),
        "most_delta": decimal(budget.delta),
      ])
  }

  /// `quedan unos 40 s`.
  func time(_ seconds: Int) -> String {
    seconds < 90
      ? words("statistics.records.left_seconds", ["seconds": String(seconds)])
      : words("statistics.records.left_minutes", ["minutes": String((seconds + 59) / 60)])
  }

  /// As the language writes decimals.
  func decimal(_ number: Double) -> String {
    RecordsLedger.text(number).replacing(".", with: words("statistics.decimal"))
  }

  /// `12,3 %`.
  func percent(_ share: Double) -> String {
    let tenths = Int((min(1, max(0, share)) * 1000).rounded())
    return "\(tenths / 10)" + words("statistics.decimal") + "\(tenths % 10) %"
  }

  /// One decimal.
  func tenth(_ number: Double) -> String { decimal((number * 10).rounded() / 10) }
}
