import Accounts
import Basics
import PublicSite

/// What the committee's press office wrote for the public: a press note in two languages that was corrected, a news item
/// in Spanish only, and one that waits for its day. All of it is made up, and says so.
struct PublicSiteStory {
  let stage: Stage

  private static let press = PressDetails(
    office: "Oficina de prensa del Comité (ficticia)", address: "Quito", mail: "prensa@comite.example")

  func plan(_ timeline: inout Timeline) throws {
    let writer = try stage.team.actor(.committee, .pressOfficer)
    let desk = PublicSiteDesk(stage.office, stage.pack)
    tellNote(&timeline, desk, writer)
    tellNews(
      &timeline, desk, writer, daysAgo: 6, opensIn: nil, slug: "feria-informativa",
      SiteWords(
        title: "Una feria informativa en el terminal de buses (ficticio)",
        summary: "Quien viaja pudo preguntar sin dar su nombre. Noticia inventada para la demostración.",
        body: """
          El sábado, tres instituciones atendieron preguntas en el terminal. **Todo en esta noticia es ficticio.**

          ## Lo que más se preguntó

          - Cómo saber si una oferta de trabajo es cierta.
          - Qué hacer si alguien guarda los documentos de otra persona.

          Las respuestas están en [Qué hacer](/es/what-to-do).
          """))
    tellNews(
      &timeline, desk, writer, daysAgo: 2, opensIn: 7, slug: "calendario-de-cursos",
      SiteWords(
        title: "El calendario de cursos del semestre (ficticio)",
        summary: "Fechas y lugares de los cursos para instituciones. Noticia inventada para la demostración.",
        body: "El calendario se publica la próxima semana. **Todo en esta noticia es ficticio.**"))
  }

  private func tellNote(_ timeline: inout Timeline, _ desk: PublicSiteDesk, _ writer: Actor) {
    let random = stage.office.randomness
    let id: SiteTextID = random.identifier()
    let versions: [SiteVersionID] = (0..<4).map { _ in random.identifier() }
    let releases: [SiteReleaseID] = (0..<4).map { _ in random.identifier() }
    let begin = stage.today - .days(20) + .hours(9)
    timeline.add(begin) {
      try await desk.begin(
        writer, .init(id: id, kind: .pressNote, slug: "taller-frontera-norte"), .spanish, version: versions[0],
        Self.spanish(participants: 26))
      try await desk.write(
        writer, id, .english, version: versions[1], Self.english(participants: 26), seen: 0)
    }
    timeline.add(begin + .hours(2)) {
      try await desk.publish(writer, id, release: releases[0], .init(.spanish, versions[0]), seen: 1)
      try await desk.publish(writer, id, release: releases[1], .init(.english, versions[1]), seen: 2)
    }
    timeline.add(begin + .days(2)) {
      try await desk.write(writer, id, .spanish, version: versions[2], Self.spanish(participants: 62), seen: 1)
      try await desk.write(writer, id, .english, version: versions[3], Self.english(participants: 62), seen: 1)
      try await desk.publish(
        writer, id, release: releases[2],
        .init(
          .spanish, versions[2], kind: .correction,
          note: "La primera versión decía 26 participantes. Fueron 62. (Ficticio.)"), seen: 3)
      try await desk.publish(
        writer, id, release: releases[3],
        .init(
          .english, versions[3], kind: .correction,
          note: "The first version said 26 participants. They were 62. (Fictional.)"), seen: 4)
    }
  }

  private static func spanish(participants: Int) -> SiteWords {
    SiteWords(
      title: "Taller en la frontera norte (ficticio)",
      summary: "Quienes atienden en la frontera practicaron cómo reconocer la trata y a quién derivar. Nota inventada.",
      body: """
        \(participants) participantes de tres provincias practicaron, en dos días, cómo preguntar sin hacer daño y cómo \
        derivar con consentimiento. **Todo en esta nota es ficticio.**

        ## Qué sigue

        Siete, 90 y 180 días después se pregunta qué quedó de lo aprendido.
        """, press: press)
  }

  private static func english(participants: Int) -> SiteWords {
    SiteWords(
      title: "Workshop at the northern border (fictional)",
      summary:
        "Those who serve at the border practised how to recognise trafficking and where to refer. A made-up note.",
      body: """
        \(participants) participants of three provinces practised for two days how to ask without harm and how to refer \
        with consent. **Everything in this note is fictional.**

        ## What comes next

        Seven, 90 and 180 days later it is asked what remained of what was learnt.
        """, press: press)
  }

  private func tellNews(
    _ timeline: inout Timeline, _ desk: PublicSiteDesk, _ writer: Actor, daysAgo: Int, opensIn days: Int?, slug: String,
    _ words: SiteWords
  ) {
    let random = stage.office.randomness
    let (id, version): (SiteTextID, SiteVersionID) = (random.identifier(), random.identifier())
    let release: SiteReleaseID = random.identifier()
    let (at, today) = (stage.today - .days(daysAgo) + .hours(10), stage.today)
    timeline.add(at) {
      try await desk.begin(writer, .init(id: id, kind: .news, slug: slug), .spanish, version: version, words)
    }
    timeline.add(at + .hours(1)) {
      try await desk.publish(
        writer, id, release: release, .init(.spanish, version, opens: days.map { today + .days($0) + .hours(9) }),
        seen: 1)
    }
  }
}
