import Domain
import Platform

/// A role to choose, with what it is for.
struct RoleOption: Sendable {
    var value: String
    var text: String
    var note: String
    var isSelected: Bool

    /// The roles that somebody may give.
    static func all(for manager: User.Role, chosen: User.Role) -> [RoleOption] {
        User.Role.allCases.filter { manager.mayManage($0) || $0 == chosen }.map { role in
            RoleOption(value: role.rawValue, text: role.name, note: role.note, isSelected: role == chosen)
        }
    }
}

struct UsersModel: Sendable {
    struct Row: Sendable {
        var href: String
        var email: String
        var isOwn: Bool
        var roleName: String
        var isInvited: Bool
        var isDeactivated: Bool
        var hasSecondFactor: Bool
        var seen: String
        var seenISO: String
        var seenExact: String
        var hasSeen: Bool

        init(_ user: User, _ format: PageFormat, own: User.ID) {
            (href, email, isOwn) = (Links.user(user.id), user.email, user.id == own)
            roleName = user.role.name
            (isInvited, isDeactivated) = (user.state == .invited, user.state == .deactivated)
            hasSecondFactor = user.hasSecondFactor
            hasSeen = user.signedInAt != nil
            seen = user.signedInAt.map(format.relative) ?? "Never"
            seenISO = user.signedInAt?.rfc3339 ?? ""
            seenExact = user.signedInAt.map(format.exact) ?? ""
        }
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var inviteHref = Links.inviteUser
    var users: [Row]
}

struct UserInviteModel: Sendable {
    var shell: ShellModel
    var action = Links.inviteUser
    var usersHref = Links.users
    var hasProblems: Bool
    var problems: [ProblemModel]
    var email: FieldModel
    var roles: [RoleOption]
}

/// A link that is shown once.
struct UserLinkModel: Sendable {
    var shell: ShellModel
    var heading: String
    var sentence: String
    var address: String
    var expires: String
    var userHref: String
    var usersHref = Links.users
}

struct UserModel: Sendable {
    struct SignIn: Sendable {
        var isRefused: Bool
        var what: String
        var when: String
        var iso: String
        var exact: String
        var address: String
        var browser: String
    }

    var shell: ShellModel
    var sections: [SettingsSection]
    var usersHref = Links.users
    var auditHref: String
    var email: String
    var roleName: String
    var stateName: String
    var isDeactivated: Bool
    var isInvited: Bool
    var isOwn: Bool
    /// Whether the reader's role may change this user.
    var isManaged: Bool
    var canLeave: Bool
    var hasSecondFactor: Bool
    var added: String
    var lastSeen: String
    var roles: [RoleOption]
    var roleAction: String
    var linkAction: String
    var linkVerb: String
    var activeAction: String
    var activeValue: String
    var activeVerb: String
    var factorAction: String
    var removeHref: String
    var hasSignIns: Bool
    var signIns: [SignIn]

    init(
        shell: ShellModel, sections: [SettingsSection], user: User, manager: User.Role, own: User.ID,
        signIns: [StoredAuditEntry], format: PageFormat
    ) {
        (self.shell, self.sections, email) = (shell, sections, user.email)
        auditHref = Links.audit([("kind", "user"), ("object", String(user.id.rawValue))])
        (roleName, stateName) = (
            user.role.name, user.state.rawValue.prefix(1).uppercased() + user.state.rawValue.dropFirst()
        )
        (isDeactivated, isInvited) = (user.state == .deactivated, user.state == .invited)
        isOwn = user.id == own
        isManaged = manager.mayManage(user.role)
        canLeave = isManaged && !isOwn
        hasSecondFactor = user.hasSecondFactor
        added = format.short(user.createdAt)
        lastSeen = user.signedInAt.map(format.relative) ?? "Never"
        roles = RoleOption.all(for: manager, chosen: user.role)
        (roleAction, linkAction) = (Links.userRole(user.id), Links.userLink(user.id))
        linkVerb = user.state == .invited ? "Make a new invitation link" : "Make a password reset link"
        activeAction = Links.userActive(user.id)
        (activeValue, activeVerb) = user.state == .deactivated ? ("1", "Activate again") : ("0", "Deactivate")
        (factorAction, removeHref) = (Links.userSecondFactor(user.id), Links.removeUser(user.id))
        hasSignIns = !signIns.isEmpty
        self.signIns = signIns.map { entry in
            let isRefused = entry.entry.action == .signInRefused
            return SignIn(
                isRefused: isRefused,
                what: isRefused ? "Refused: wrong \(entry.entry.after["wrong"] ?? "password")" : "Signed in",
                when: format.brief(entry.at), iso: entry.at.rfc3339, exact: format.exact(entry.at),
                address: entry.entry.actor.address ?? PageFormat.none,
                browser: entry.entry.after["browser"] ?? PageFormat.none
            )
        }
    }
}
