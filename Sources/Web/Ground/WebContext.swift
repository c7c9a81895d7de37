import Domain
import Hummingbird
import Logging
import NIOCore

/// What is known of a request: where it came from, and who sent it once that was looked up.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Named in the answer, in errors and in the log.
    let requestID: String
    /// The sender's network address.
    var address: String
    var key: APIKey?
    var session: Session?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        requestID = RequestID().description
        address = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    /// The pattern of the address, for logs and metrics: an address itself may hold a secret, as that of an invitation.
    var route: String { endpointPath ?? "none" }
}

/// A request signed with a valid API key: a handler that takes it cannot be reached without one.
struct KeyContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let requestID: String
    let key: APIKey
    private let address: String

    init(context: WebContext) throws {
        guard let key = context.key else { throw Problem.unauthorized }
        (coreContext, requestID, self.key) = (context.coreContext, context.requestID, key)
        address = context.address
    }

    /// Who is written into the audit log.
    var actor: Actor { Actor(.key, key.name, .api, address: address) }

    /// Who is written into history.
    var origin: Origin { Origin(actor: key.name, channel: .api) }

    /// - Throws: 403 when the key may not do this.
    func require(_ scope: Scope) throws(Problem) {
        guard key.allows(scope) else { throw .forbidden(scope) }
    }
}

/// A request from a browser that is signed in: a page that takes it cannot be reached otherwise.
struct OperatorContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let requestID: String
    let session: Session
    let address: String

    init(context: WebContext) throws {
        guard let session = context.session else { throw SignInNeeded() }
        (coreContext, requestID, self.session) = (context.coreContext, context.requestID, session)
        address = context.address
    }

    /// Who is written into the audit log.
    var actor: Actor { .user(session.email, address: address) }

    /// Who is written into history.
    var origin: Origin { Origin(actor: session.email, channel: .screen) }

    var role: User.Role { session.role }

    /// Whether the role allows this.
    func may(_ permission: Permission) -> Bool { role.may(permission) }

    /// - Throws: 403 that says which permission is missing, and who can give it.
    func require(_ permission: Permission) throws(Problem) {
        guard may(permission) else { throw .forbidden(permission, role) }
    }

    /// How personal data is shown to this person.
    var mask: PersonalMask { PersonalMask(role) }
}

/// A page was asked for by somebody who is not signed in.
struct SignInNeeded: Error {}
