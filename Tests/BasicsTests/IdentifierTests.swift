import Basics
import Testing

@Test func identifierRoundTrip() {
  var generator = SeededGenerator(seed: 1)
  for _ in 0..<1000 {
    let id = CaseID.random(using: &generator)
    #expect(CaseID(id.description) == id)
    #expect(id.description.count == 26)
  }
}
