import Domain

/// Why somebody was not let in, a new project not made, or a user not changed.
package enum AccountError: Error, Hashable, Sendable {
    case wrongEmailOrPassword
    case tooManyTries(retryAfter: Int)
    case alreadySetUp
    /// The code of the second factor is wrong, or was used already.
    case wrongCode
    /// The sign-in has waited for its code for too long.
    case stepEnded
    /// The link was used, replaced, or is too old.
    case linkEnded
    case unknownUser(String)
    /// There would be no owner left who can sign in.
    case lastOwner
    /// Only owners touch owners.
    case ownersOnly
    /// A user does not deactivate or remove the account they are signed in with.
    case ownAccount

    /// What is wrong, and how to mend it.
    package var sentence: String {
        switch self {
        case .wrongEmailOrPassword: "The email or the password is wrong."
        case .tooManyTries(let seconds): "Too many tries. Wait \(seconds) seconds, and try again."
        case .alreadySetUp: "The project is there already: sign in."
        case .wrongCode: "This is not the code of now, or it was used already. Take the next one."
        case .stepEnded: "The sign-in has waited too long: enter the password again."
        case .linkEnded: "This link was used already, or is too old. Ask for a new one."
        case .unknownUser(let name): "There is no user “\(name)”."
        case .lastOwner: "A project needs an owner who can sign in: make somebody else one first."
        case .ownersOnly: "Only an owner can make, change or remove owners."
        case .ownAccount: "This is the account you are signed in with: ask another owner or administrator."
        }
    }
}
