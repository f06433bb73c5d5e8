/// Looks for what must not stand in a text beside a count: numbers that lead to one case, one person or a telephone.
///
/// It can't know names; the form says so.
public enum ProsecutionText {
  /// Whether a text looks as if it led to somebody: nine digits in a row, three groups of digits that are joined as in a
  /// case's number, or a mail address. The date and number of a letter pass.
  public static func pointsAtSomebody(_ text: String) -> Bool {
    if text.contains(where: { $0 == "@" || $0 == "＠" }) { return true }
    var groups: [Int] = []
    var run = 0
    func isCaseNumber() -> Bool {
      groups.count >= 3 && groups.contains { $0 >= 5 } && groups.reduce(0, +) >= 11
    }
    for character in text + " " {
      if character.isWholeNumber {
        run += 1
        if run >= 9 { return true }
        continue
      }
      if run > 0 {
        groups.append(run)
        run = 0
      }
      if isCaseNumber() { return true }
      // A blank or a word parts two numbers; a dash, a point or a stroke joins them.
      if !"-‐‑–—./_".contains(character) { groups = [] }
    }
    return false
  }
}
