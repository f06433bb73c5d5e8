/// What lies ahead, the earliest first; what lies at the same time, in the order in which it was put in.
struct EarliestFirst<Item> {
  private var entries: [(time: Int64, order: Int64, item: Item)] = []
  private var order: Int64 = 0

  var isEmpty: Bool { entries.isEmpty }
  var count: Int { entries.count }

  mutating func put(_ item: Item, at time: Int64) {
    order += 1
    entries.append((time, order, item))
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard isEarlier(child, parent) else { break }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  mutating func take() -> (time: Int64, item: Item)? {
    guard let first = entries.first else { return nil }
    let last = entries.removeLast()
    if !entries.isEmpty {
      entries[0] = last
      var parent = 0
      while true {
        let left = parent * 2 + 1
        guard left < entries.count else { break }
        let child = left + 1 < entries.count && isEarlier(left + 1, left) ? left + 1 : left
        guard isEarlier(child, parent) else { break }
        entries.swapAt(child, parent)
        parent = child
      }
    }
    return (first.time, first.item)
  }

  private func isEarlier(_ one: Int, _ other: Int) -> Bool {
    entries[one].time != entries[other].time
      ? entries[one].time < entries[other].time : entries[one].order < entries[other].order
  }
}
