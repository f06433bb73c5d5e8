import Accounts
import Basics
import Tips

/// Two made-up messages from the public to a made-up agency: a neighbour's, unread, that speaks of danger; and one of a
/// person about herself, which the desk answered with a question.
struct TipStory {
  let stage: Stage

  func plan(_ timeline: inout Timeline) throws {
    let desk = TipDesk(stage.office, stage.pack)
    let (canario, machala) = (try stage.team.agency(.canario), try stage.team.agency(.machala))
    let supervisors = [try stage.team.actor(.canario, .supervisor), try stage.team.actor(.machala, .supervisor)]
    let reader = try stage.team.desk(.canario)
    timeline.add(stage.today - .days(12) + .hours(9)) {
      for (supervisor, receiver) in zip(
        supervisors,
        [
          TipReceiver(agency: canario, name: "", kind: "", isOpen: true, answerDays: 3),
          TipReceiver(agency: machala, name: "", kind: "", isOpen: true, provinces: ["EC-O", "EC-L"], answerDays: 5),
        ])
      { try await desk.receive(supervisor, receiver) }
    }
    let message = stage.office.randomness.identifier(TipMessageEntity.self)
    timeline.add(stage.today - .days(5) + .hours(15)) {
      let arrival = try await desk.send(
        TipLetter(
          to: canario, province: "EC-P", danger: .no, passing: .helpers,
          content: TipContent(
            about: .me,
            what:
              "Trabajo en una casa desde enero. Me guardan la cédula y dicen que todavía debo el pasaje. Salgo sólo "
              + "los domingos, una hora.", place: "Quito, cerca de un parque grande", when: "Desde enero",
            children: .no),
          contact: TipContact(way: "No me llamen, vuelvo con el código", safeTimes: "Domingos de 10 a 11")),
        ticket: desk.ticket(at: stage.office.clock.now() - .minutes(4)).text, client: "demonstration")
      let tip = try await desk.read(reader, arrival.id).tip
      try await desk.answer(
        reader, tip.id,
        "Gracias por escribir. Lo que cuenta no está permitido, y usted puede recibir ayuda sin denunciar a nadie. "
          + "¿El domingo podría hablar con una compañera nuestra?", isQuestion: true, message: message,
        revision: tip.revision)
    }
    timeline.add(stage.today - .days(1) + .hours(20)) {
      _ = try await desk.send(
        TipLetter(
          to: canario, province: "EC-P", danger: .yes,
          content: TipContent(
            about: .other,
            what: "En el local de enfrente duermen cuatro muchachas. De noche las encierran por fuera y se oye llorar.",
            place: "Una calle del centro, local sin letrero", when: "Todas las noches", children: .unknown)),
        ticket: desk.ticket(at: stage.office.clock.now() - .minutes(2)).text, client: "demonstration")
    }
  }
}
