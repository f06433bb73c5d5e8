/// A sheet's size in points (1/72 inch).
public struct Paper: Hashable, Sendable {
  public var width: Double
  public var height: Double

  public static let a4 = Paper(width: 595.28, height: 841.89)
  public static let letter = Paper(width: 612, height: 792)

  /// The same sheet lying across.
  public var across: Paper { Paper(width: height, height: width) }

  /// Reads `a4` or `letter`; `nil` for anything else.
  public init?(_ name: String) {
    switch name.lowercased() {
    case "a4": self = .a4
    case "letter": self = .letter
    default: return nil
    }
  }

  private init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }
}

/// A rectangle on a page in points, from the top left.
public struct Box: Hashable, Sendable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  public func inset(by margin: Double) -> Box {
    Box(x: x + margin, y: y + margin, width: width - 2 * margin, height: height - 2 * margin)
  }

  public var middle: Double { x + width / 2 }
  public var bottom: Double { y + height }
}

/// A colour of print, each part from 0 to 1.
public struct Ink: Hashable, Sendable {
  public var red: Double
  public var green: Double
  public var blue: Double
  public init(_ red: Double, _ green: Double, _ blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  public static let black = Ink(0.09, 0.11, 0.12)
  /// For what matters less; still dark enough to be copied in black and white.
  public static let soft = Ink(0.33, 0.37, 0.39)
  /// The colour of Amparo's mark.
  public static let teal = Ink(0.114, 0.361, 0.388)
  public static let paleTeal = Ink(0.86, 0.915, 0.91)
  public static let gold = Ink(0.66, 0.51, 0.22)
  public static let white = Ink(1, 1, 1)
}

/// How a line of text is set.
public struct Typeface: Hashable, Sendable {
  public enum Family: String, Hashable, Sendable {
    /// Gentium Plus, drawn for every language in Latin letters; what it lacks comes from the system's other families.
    case serif = "Gentium Plus, DejaVu Serif"
    case sans = "DejaVu Sans"
    case mono = "DejaVu Sans Mono"
  }

  public var family: Family
  /// In points.
  public var size: Double
  public var isBold: Bool
  public var isItalic: Bool
  /// Room added between letters, as a share of the size.
  public var spacing: Double
  public var ink: Ink

  public init(
    _ family: Family = .serif, _ size: Double, bold: Bool = false, italic: Bool = false, spacing: Double = 0,
    ink: Ink = .black
  ) {
    self.family = family
    self.size = size
    isBold = bold
    isItalic = italic
    self.spacing = spacing
    self.ink = ink
  }
}

public enum Alignment: Hashable, Sendable { case left, center, right }
