import Accounts

/// A made-up member: who to sign in as.
public struct MadeUpMember: Hashable, Sendable {
  public var login: String
  public var name: String
  public var roles: Set<Role>
  public var agency: String
}

/// A made-up agency and who works there.
struct MadeUpAgency: Sendable {
  enum Place: Hashable, Sendable {
    case committee, migration, childLabour, canario, machala, orellana, tulcan, lagoAgrio
  }

  var place: Place
  var name: String
  var kind: String
  var province: String
  var head: MadeUpMember
  var members: [MadeUpMember]

  var everyone: [MadeUpMember] { [head] + members }

  private init(
    _ place: Place, _ name: String, _ kind: String, _ province: String, head: (String, String),
    _ members: [(String, String, Set<Role>)], headRoles: Set<Role> = [.agencyAdministrator]
  ) {
    self.place = place
    self.name = name
    self.kind = kind
    self.province = province
    self.head = MadeUpMember(login: head.0, name: head.1, roles: headRoles, agency: name)
    self.members = members.map { MadeUpMember(login: $0.0, name: $0.1, roles: $0.2, agency: name) }
  }

  /// The first one sets the installation up.
  static let all: [MadeUpAgency] = [
    MadeUpAgency(
      .committee, "Comité de Coordinación contra la Trata", "social", "EC-P", head: ("ines", "Inés Paredes"),
      [
        ("carlos", "Carlos Villacís", [.coordinator]), ("teresa", "Teresa Guamán", [.trainer]),
        ("andres", "Andrés Cevallos", [.analyst]), ("lucia", "Lucía Naranjo", [.pressOfficer]),
      ], headRoles: [.agencyAdministrator, .systemAdministrator]),
    MadeUpAgency(
      .migration, "SENAMI, oficina de Quito", "migration", "EC-P", head: ("hugo", "Hugo Benítez"),
      [
        ("marta", "Marta Quishpe", [.frontlineOfficer]), ("luis", "Luis Andrade", [.frontlineOfficer]),
        ("jorge", "Jorge Salazar", [.supervisor]),
      ]),
    MadeUpAgency(
      .childLabour, "Supervisores de Trabajo Infantil, Quito", "labour", "EC-P", head: ("olga", "Olga Tipán"),
      [("pilar", "Pilar Andrango", [.frontlineOfficer]), ("ivan", "Iván Proaño", [.supervisor])]),
    MadeUpAgency(
      .canario, "Casa Canario", "ngo", "EC-P", head: ("ana", "Ana Canelos"),
      [
        ("rosa", "Rosa Chimbo", [.caseWorker]), ("diana", "Diana Freire", [.referralDesk]),
        ("elena", "Elena Maldonado", [.supervisor]),
      ]),
    MadeUpAgency(
      .machala, "Casa del Manglar, Machala", "ngo", "EC-O", head: ("fanny", "Fanny Ordóñez"),
      [
        ("nelly", "Nelly Cuenca", [.caseWorker]), ("byron", "Byron Apolo", [.referralDesk]),
        ("mario", "Mario Espinosa", [.supervisor]),
      ]),
    MadeUpAgency(
      .orellana, "Centro Río Coca, Francisco de Orellana", "local", "EC-D", head: ("lida", "Lida Grefa"),
      [("wilma", "Wilma Tanguila", [.caseWorker]), ("rocio", "Rocío Andi", [.referralDesk, .supervisor])]),
    MadeUpAgency(
      .tulcan, "Punto de Atención Rumichaca, Tulcán", "migration", "EC-C", head: ("galo", "Galo Rosero"),
      [("pablo", "Pablo Imbaquingo", [.frontlineOfficer]), ("nubia", "Nubia Cadena", [.supervisor])]),
    MadeUpAgency(
      .lagoAgrio, "Casa Frontera Norte, Lago Agrio", "ngo", "EC-U", head: ("maruja", "Maruja Jiménez"),
      [("gloria", "Gloria Yépez", [.caseWorker]), ("denis", "Denis Moreta", [.referralDesk, .supervisor])]),
  ]
}

extension MadeUpMember {
  /// All of them, the agencies in order.
  public static var everyone: [MadeUpMember] { MadeUpAgency.all.flatMap(\.everyone) }
}
