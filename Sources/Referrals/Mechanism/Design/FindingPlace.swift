import CountryPack

extension MechanismFinding {
  /// The thing that the finding is about; `nil` where it is about the whole mechanism.
  public func thing(in mechanism: Mechanism) -> MechanismThing? {
    switch code {
    case .unknownStart, .needWithoutService, .serviceOutOfReach: nil
    case .unknownStep, .unknownService, .unknownForm, .unknownLimit, .stepWithoutDesk, .provinceWithoutDesk, .noWayOn,
      .cycleWithoutWayOut, .unreachableStep, .limitOverLaw, .limitOverUnverified, .lawNotInForce, .noTimeLimit,
      .noHandoverCriteria, .noFeedback:
      .step(place)
    case .noOutOfHours, .outOfHoursGap, .noAlternate, .alternateLeadsBack, .unusedDesk: .desk(place)
    case .unusedService: .service(place)
    case .unusedForm: .form(place)
    case .unknownDesk: naming(mechanism)
    }
  }

  /// A step, a desk and a service can have the same code: it is the one that names the desk which does not exist.
  private func naming(_ mechanism: Mechanism) -> MechanismThing {
    let missing = Set(about)
    if mechanism.steps.contains(where: { step in
      step.code == place && step.desks.contains { missing.contains($0.code) && $0.line == line }
    }) {
      return .step(place)
    }
    let isDesk = mechanism.desks.contains { desk in
      desk.code == place
        && [desk.outOfHours, desk.alternate].compactMap(\.self).contains {
          missing.contains($0.code) && $0.line == line
        }
    }
    return isDesk ? .desk(place) : .service(place)
  }
}
