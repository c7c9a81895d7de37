import Domain
import Platform

/// A person's own account.
struct AccountModel: Sendable {
    struct SessionRow: Sendable {
        var name: String
        var browser: String
        var address: String
        var since: String
        var seen: String
        var seenISO: String
        var seenExact: String
        var isThis: Bool
    }

    struct Factor: Sendable {
        var isOn: Bool
        var isRequired: Bool
        var since: String
        var codesLeft: String
        var areCodesFew: Bool
        var enrolHref = Links.secondFactor
        var offAction = Links.secondFactorOff
        var codesAction = Links.recoveryCodes
        var offPassword: FieldModel
        var codesPassword: FieldModel
    }

    var shell: ShellModel
    var hasProblems: Bool
    var problems: [ProblemModel]
    var roleName: String
    var roleNote: String
    var emailAction = Links.accountEmail
    var email: FieldModel
    var emailPassword: FieldModel
    var passwordAction = Links.accountPassword
    var currentPassword: FieldModel
    var newPassword: FieldModel
    var factor: Factor
    var endAction = Links.endSession
    var endAllAction = Links.signOutEverywhere
    var sessions: [SessionRow]

    private static let labels = [
        "email": "New email", "email_password": "Password", "current_password": "Current password",
        "new_password": "New password", "factor_password": "Password", "codes_password": "Password",
    ]

    init(
        shell: ShellModel, profile: OwnAccount.Profile, session: Session, format: PageFormat, form: FormBody,
        faults: FormFaults, isFactorRequired: Bool
    ) {
        self.shell = shell
        hasProblems = !faults.isEmpty
        problems = faults.listed { Self.labels[$0] ?? $0 }
        (roleName, roleNote) = (profile.user.role.name, profile.user.role.note)
        email = FieldModel(name: "email", value: form["email"] ?? profile.user.email, error: faults["email"])
        // A password is never sent back.
        func password(_ name: String) -> FieldModel { FieldModel(name: name, error: faults[name]) }
        emailPassword = password("email_password")
        currentPassword = password("current_password")
        newPassword = password("new_password")
        factor = Factor(
            isOn: profile.user.hasSecondFactor, isRequired: isFactorRequired,
            since: profile.user.secondFactor?.since.map(format.short) ?? "",
            codesLeft: PageFormat.count(profile.recoveryCodes, "recovery code is", "recovery codes are"),
            areCodesFew: profile.recoveryCodes < 3, offPassword: password("factor_password"),
            codesPassword: password("codes_password")
        )
        sessions = profile.sessions.map { other in
            SessionRow(
                name: other.name, browser: Browser.name(other.agent),
                address: other.address.isEmpty ? PageFormat.none : other.address, since: format.short(other.createdAt),
                seen: format.relative(other.seenAt), seenISO: other.seenAt.rfc3339,
                seenExact: format.exact(other.seenAt), isThis: other.tokenHash == session.tokenHash
            )
        }
    }
}

/// The page on which an app is given its secret.
struct SecondFactorModel: Sendable {
    var shell: ShellModel
    var action = Links.secondFactor
    var accountHref = Links.account
    var isRequired: Bool
    var secret: String
    var address: String
    var code: FieldModel
    /// The address as a QR code; nil when it is too long for one.
    var picture: Picture?

    struct Picture: Sendable {
        var size: String
        var path: String

        init?(_ address: String) {
            guard let code = QRCode(address) else { return nil }
            // Four modules of quiet ground on each side.
            (size, path) = (String(code.size + 8), code.path(border: 4))
        }
    }

    /// In fours, as people type it.
    static func grouped(_ secret: String) -> String {
        var text = ""
        for (index, character) in secret.enumerated() {
            if index > 0, index.isMultiple(of: 4) { text += " " }
            text.append(character)
        }
        return text
    }
}

/// Recovery codes, shown once.
struct RecoveryCodesModel: Sendable {
    var shell: ShellModel
    var isNew: Bool
    var codes: [String]
    var accountHref = Links.account
}
