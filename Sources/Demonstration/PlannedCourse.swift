import Accounts
import Basics
import CountryPack
import Training

/// A course that is being prepared: the northern border's local governments in Ibarra, three weeks from today.
struct PlannedCourse {
  let programme: ProgrammeDesk
  let organising: OrganisingDesk
  let registration: RegistrationDesk
  let announcements: AnnouncementDesk
  let stage: Stage
  let trainer: Actor
  let id: CohortID
  let from: CalendarDay
  let trainedAt: CohortID?

  /// - Parameter trainedAt: the class at which one of its trainers was trained.
  init(_ stage: Stage, trainedAt: CohortID?) throws {
    self.stage = stage
    self.trainedAt = trainedAt
    programme = ProgrammeDesk(stage.office, stage.pack)
    organising = OrganisingDesk(stage.office, stage.pack)
    registration = RegistrationDesk(stage.office, stage.pack)
    announcements = AnnouncementDesk(stage.office, stage.pack)
    trainer = try stage.team.actor(.committee, .trainer)
    id = stage.office.randomness.identifier()
    from = stage.day(stage.today).adding(days: 21)
  }

  private static let budget = [
    ("venue", "450", "450", "Casa comunal, tres días"), ("meals", "945.50", "", "25 personas"),
    ("travel", "380", "", "Buses desde Tulcán y San Lorenzo"), ("printing", "120.75", "96.40", ""),
    ("interpreting", "300", "", "Kichwa, un día"),
  ]
  private static let list = """
    nombre;cargo;institución;provincia;sexo
    Blanca Ipiales;Junta de protección;gad-frontera-norte;Imbabura;Mujer
    Segundo Farinango;Comisaría municipal;gad-frontera-norte;Imbabura;Hombre
    Yadira Quiñónez;Desarrollo social;gad-frontera-norte;Esmeraldas;Mujer
    Oswaldo Chamorro;Terminal terrestre;gad-frontera-norte;Carchi;Hombre
    Nelly Alvarado;Registro de la propiedad;gad-frontera-norte;Sucumbíos;
    """

  func plan(_ timeline: inout Timeline) {
    guard let phase = stage.pack.training.phase("northern-border") else { return }
    let (cohort, random) = (id, stage.office.randomness)
    let (old, guest) = (random.identifier(TrainerEntity.self), random.identifier(TrainerEntity.self))
    timeline.add(stage.today - .days(4) + .hours(10)) {
      _ = try await stage.cohorts.open(
        trainer, id: cohort,
        NewCohort(
          phase: phase.code, place: "Ibarra, casa comunal", province: "EC-I", from: from, until: from.adding(days: 2),
          seats: 25, institutions: phase.institutions))
      try await programme.takeAgenda(
        trainer, request: random.identifier(), for: cohort, phase.agenda ?? "three-days", from: from, .spanish)
    }
    timeline.add(stage.today - .days(4) + .hours(11)) {
      try await organising.addTrainer(
        trainer, id: guest, to: cohort, NewTrainer(name: "Mercedes Inventada", organisation: "Formadora invitada"))
      try await organising.addTrainer(
        trainer, id: old, to: cohort,
        NewTrainer(
          member: trainer.member.description, trainedBy: guest.description, trainedAt: trainedAt?.description ?? ""))
      for (kind, planned, spent, note) in Self.budget {
        try await organising.addLine(
          trainer, id: random.identifier(), to: cohort,
          NewBudgetLine(kind: kind, planned: planned, spent: spent, note: note))
      }
      try await organising.setMaterials(
        trainer, cohort,
        [
          MaterialLine(kind: "handouts", needed: 100, isReady: true),
          MaterialLine(kind: "water", needed: 25, isReady: false),
          MaterialLine(kind: "quiet_place", needed: nil, isReady: true),
        ])
    }
    timeline.add(stage.today - .days(3) + .hours(9)) {
      _ = try await registration.register(
        trainer, request: random.identifier(), in: cohort, Self.list, choices: [:])
    }
    timeline.add(stage.today - .days(2) + .hours(9)) {
      try await announcements.announce(
        trainer, cohort,
        NewAnnouncement(
          spanish:
            "Tres días para reconocer la trata y saber a quién llamar. No hace falta saber nada antes. (Ficticio.)",
          english:
            "Three days to recognise trafficking and know whom to call. No earlier knowledge is needed. (Fictional.)",
          phone: "000 000 0020", email: "cursos@comite.example.org"), seen: 0)
    }
  }
}
