import HTTPTypes
import Hummingbird
import Platform

/// A message that the page after a redirect shows once; the cookie carries its name and never its text.
enum Flash: String {
    case orderAdded = "order-added"
    case orderDeleted = "order-deleted"
    case orderGone = "order-gone"
    case statusesChanged = "statuses-changed"
    case statusesAsBefore = "statuses-as-before"
    case noOrderChosen = "no-order-chosen"
    case noStatusChosen = "no-status-chosen"
    case customerAdded = "customer-added"
    case customerSaved = "customer-saved"
    case customersMerged = "customers-merged"
    case customerErased = "customer-erased"
    case customerGone = "customer-gone"
    case segmentAdded = "segment-added"
    case segmentSaved = "segment-saved"
    case segmentDeleted = "segment-deleted"
    case segmentInUse = "segment-in-use"
    case segmentGone = "segment-gone"
    case audienceAdded = "audience-added"
    case audienceSaved = "audience-saved"
    case audienceFilled = "audience-filled"
    case memberRemoved = "member-removed"
    case sampleReady = "sample-ready"
    case statusAdded = "status-added"
    case statusSaved = "status-saved"
    case statusArchived = "status-archived"
    case statusRestored = "status-restored"
    case statusDeleted = "status-deleted"
    case statusInUse = "status-in-use"
    case statusInSegments = "status-in-segments"
    case statusGone = "status-gone"
    case starterSet = "starter-set"
    case rulesSaved = "rules-saved"
    case receiptLinked = "receipt-linked"
    case receiptUnlinked = "receipt-unlinked"
    case receiptDeleted = "receipt-deleted"
    case receiptGone = "receipt-gone"
    case productAdded = "product-added"
    case productSaved = "product-saved"
    case productDeleted = "product-deleted"
    case categoryAdded = "category-added"
    case categorySaved = "category-saved"
    case categoryDeleted = "category-deleted"
    case categoryInUse = "category-in-use"
    case containerAdded = "container-added"
    case containerSaved = "container-saved"
    case containerDeleted = "container-deleted"
    case containerInUse = "container-in-use"
    case featuresSaved = "features-saved"
    case changedMeanwhile = "changed-meanwhile"

    case passwordSet = "password-set"
    case emailChanged = "email-changed"
    case sessionEnded = "session-ended"
    case secondFactorOff = "second-factor-off"
    case userSaved = "user-saved"
    case userActivated = "user-activated"
    case userDeactivated = "user-deactivated"
    case userRemoved = "user-removed"
    case lastOwner = "last-owner"
    case ownAccount = "own-account"
    case keySaved = "key-saved"
    case keyRevoked = "key-revoked"
    case keyGone = "key-gone"
    case projectSaved = "project-saved"
    case connectionAdded = "connection-added"
    case connectionSaved = "connection-saved"
    case connectionDeleted = "connection-deleted"
    case webhookAdded = "webhook-added"
    case webhookSaved = "webhook-saved"
    case webhookPaused = "webhook-paused"
    case webhookResumed = "webhook-resumed"
    case webhookDeleted = "webhook-deleted"
    case webhookRotated = "webhook-rotated"
    case testDelivered = "test-delivered"
    case testFailed = "test-failed"
    case testQueued = "test-queued"
    case replayQueued = "replay-queued"
    case sourceAdded = "source-added"
    case sourceSaved = "source-saved"
    case sourceOn = "source-on"
    case sourceOff = "source-off"
    case sourceDeleted = "source-deleted"
    case writeKeyMade = "write-key-made"
    case writeKeyRevoked = "write-key-revoked"
    case eventNameAdded = "event-name-added"
    case eventNameSaved = "event-name-saved"
    case eventNameDeleted = "event-name-deleted"
    case importCancelled = "import-cancelled"
    case exportCancelled = "export-cancelled"
    case exportDeleted = "export-deleted"
    case fieldAdded = "field-added"
    case fieldSaved = "field-saved"
    case fieldDeleted = "field-deleted"
    case fieldInUse = "field-in-use"
    case fieldGone = "field-gone"
    case profileViewReset = "profile-view-reset"

    private static let cookieName = "flash"

    /// The message that a request brings along.
    init?(_ request: Request) {
        guard let value = request.cookies[Self.cookieName]?.value else { return nil }
        self.init(rawValue: value)
    }

    var toast: ShellModel.Toast {
        switch self {
        case .orderAdded: ShellModel.Toast(kind: "success", text: "The order is added.")
        case .orderDeleted: ShellModel.Toast(kind: "success", text: "The order is deleted.")
        case .orderGone: ShellModel.Toast(kind: "error", text: "The order was deleted already.")
        case .statusesChanged: ShellModel.Toast(kind: "success", text: "The chosen orders have the status now.")
        case .statusesAsBefore: ShellModel.Toast(kind: "success", text: "The chosen orders had the status already.")
        case .noOrderChosen: ShellModel.Toast(kind: "error", text: "Choose orders first: tick the boxes of their rows.")
        case .noStatusChosen: ShellModel.Toast(kind: "error", text: "Choose the status that the orders are to have.")
        case .customerAdded: ShellModel.Toast(kind: "success", text: "The customer is added.")
        case .customerSaved: ShellModel.Toast(kind: "success", text: "The customer is saved.")
        case .customersMerged: ShellModel.Toast(kind: "success", text: "The customers are merged.")
        case .customerErased: ShellModel.Toast(kind: "success", text: "The customer is erased.")
        case .customerGone: ShellModel.Toast(kind: "error", text: "The customer was erased already.")
        case .segmentAdded: ShellModel.Toast(kind: "success", text: "The segment is added.")
        case .segmentSaved: ShellModel.Toast(kind: "success", text: "The segment is saved.")
        case .segmentDeleted: ShellModel.Toast(kind: "success", text: "It is deleted.")
        case .segmentInUse: ShellModel.Toast(kind: "error", text: "Something names this segment: change that first.")
        case .segmentGone: ShellModel.Toast(kind: "error", text: "It was deleted already.")
        case .audienceAdded: ShellModel.Toast(kind: "success", text: "The audience is added.")
        case .audienceSaved: ShellModel.Toast(kind: "success", text: "The audience is saved.")
        case .audienceFilled: ShellModel.Toast(kind: "success", text: "Everybody of the segment is in the audience.")
        case .memberRemoved: ShellModel.Toast(kind: "success", text: "The customer is no longer in the audience.")
        case .sampleReady: ShellModel.Toast(kind: "success", text: "The made-up shop is ready: have a look around.")
        case .statusAdded: ShellModel.Toast(kind: "success", text: "The status is added.")
        case .statusSaved: ShellModel.Toast(kind: "success", text: "The status is saved.")
        case .statusArchived: ShellModel.Toast(kind: "success", text: "The status is archived.")
        case .statusRestored: ShellModel.Toast(kind: "success", text: "The status is back.")
        case .statusDeleted: ShellModel.Toast(kind: "success", text: "The status is deleted.")
        case .statusInSegments:
            ShellModel.Toast(
                kind: "error", text: "Segments name this status: change them first, or archive the status.")
        case .statusInUse:
            ShellModel.Toast(kind: "error", text: "Orders are in this status now: archive it instead of deleting it.")
        case .statusGone: ShellModel.Toast(kind: "error", text: "The status was deleted already.")
        case .fieldAdded: ShellModel.Toast(kind: "success", text: "The field is added.")
        case .fieldSaved: ShellModel.Toast(kind: "success", text: "The field is saved.")
        case .fieldDeleted:
            ShellModel.Toast(kind: "success", text: "The field is deleted; its values are being removed.")
        case .fieldInUse: ShellModel.Toast(kind: "error", text: "Something uses this field: change that first.")
        case .fieldGone: ShellModel.Toast(kind: "error", text: "The field was deleted already.")
        case .profileViewReset: ShellModel.Toast(kind: "success", text: "The profile shows the usual fields again.")
        case .starterSet: ShellModel.Toast(kind: "success", text: "The starter set is added.")
        case .changedMeanwhile:
            ShellModel.Toast(
                kind: "error", text: "Somebody changed this meanwhile. It is shown as it is now: repeat your change.")
        case .containerAdded: ShellModel.Toast(kind: "success", text: "The container is added.")
        case .containerSaved: ShellModel.Toast(kind: "success", text: "The container is saved.")
        case .containerDeleted: ShellModel.Toast(kind: "success", text: "The container is deleted.")
        case .containerInUse:
            ShellModel.Toast(kind: "error", text: "Somebody has something in it: it can be deleted once all are empty.")
        case .featuresSaved: ShellModel.Toast(kind: "success", text: "The features are saved.")
        case .passwordSet: ShellModel.Toast(kind: "success", text: "The password is set.")
        case .emailChanged: ShellModel.Toast(kind: "success", text: "The email is changed.")
        case .sessionEnded: ShellModel.Toast(kind: "success", text: "The browser is signed out.")
        case .secondFactorOff: ShellModel.Toast(kind: "success", text: "The second factor is off.")
        case .userSaved: ShellModel.Toast(kind: "success", text: "The user is saved.")
        case .userActivated: ShellModel.Toast(kind: "success", text: "The user may sign in again.")
        case .userDeactivated:
            ShellModel.Toast(kind: "success", text: "The user is deactivated and signed out everywhere.")
        case .userRemoved: ShellModel.Toast(kind: "success", text: "The user is removed.")
        case .lastOwner: ShellModel.Toast(kind: "error", text: AccountError.lastOwner.sentence)
        case .ownAccount: ShellModel.Toast(kind: "error", text: AccountError.ownAccount.sentence)
        case .keySaved: ShellModel.Toast(kind: "success", text: "The key is saved.")
        case .keyRevoked: ShellModel.Toast(kind: "success", text: "The key is revoked.")
        case .keyGone: ShellModel.Toast(kind: "error", text: "The key had ended already.")
        case .projectSaved: ShellModel.Toast(kind: "success", text: "The project is saved.")
        case .connectionAdded:
            ShellModel.Toast(kind: "success", text: "The connection is ready: paste its address into the shop.")
        case .connectionSaved: ShellModel.Toast(kind: "success", text: "The connection is saved.")
        case .connectionDeleted: ShellModel.Toast(kind: "success", text: "The connection is deleted.")
        case .webhookAdded: ShellModel.Toast(kind: "success", text: "The webhook is added. Send it a test.")
        case .webhookSaved: ShellModel.Toast(kind: "success", text: "The webhook is saved.")
        case .webhookPaused: ShellModel.Toast(kind: "success", text: "The webhook is paused.")
        case .webhookResumed: ShellModel.Toast(kind: "success", text: "The webhook goes on.")
        case .webhookRotated:
            ShellModel.Toast(kind: "success", text: "Messages are signed with a new secret, and for a day with both.")
        case .webhookDeleted: ShellModel.Toast(kind: "success", text: "The webhook is deleted.")
        case .testDelivered: ShellModel.Toast(kind: "success", text: "The receiver took the test.")
        case .testFailed: ShellModel.Toast(kind: "error", text: "The receiver did not take the test.")
        case .testQueued: ShellModel.Toast(kind: "success", text: "The test is on its way: load this page again.")
        case .replayQueued: ShellModel.Toast(kind: "success", text: "Queued to be sent again.")
        case .receiptLinked: ShellModel.Toast(kind: "success", text: "The receipt is linked.")
        case .receiptUnlinked: ShellModel.Toast(kind: "success", text: "The receipt is taken off the order.")
        case .receiptDeleted: ShellModel.Toast(kind: "success", text: "The receipt is deleted.")
        case .receiptGone: ShellModel.Toast(kind: "error", text: "The receipt was deleted already.")
        case .productAdded: ShellModel.Toast(kind: "success", text: "The product is added.")
        case .productSaved: ShellModel.Toast(kind: "success", text: "The product is saved.")
        case .productDeleted: ShellModel.Toast(kind: "success", text: "The product is deleted.")
        case .categoryAdded: ShellModel.Toast(kind: "success", text: "The category is added.")
        case .categorySaved: ShellModel.Toast(kind: "success", text: "The category is saved.")
        case .categoryInUse:
            ShellModel.Toast(kind: "error", text: "Products or categories name this one: move them first.")
        case .categoryDeleted: ShellModel.Toast(kind: "success", text: "The category is deleted.")
        case .rulesSaved: ShellModel.Toast(kind: "success", text: "The rules are saved.")
        case .sourceAdded: ShellModel.Toast(kind: "success", text: "The source is added: paste its line into the site.")
        case .sourceSaved: ShellModel.Toast(kind: "success", text: "The source is saved.")
        case .sourceOn: ShellModel.Toast(kind: "success", text: "The source is on.")
        case .sourceOff: ShellModel.Toast(kind: "success", text: "The source is off: what it sends is refused.")
        case .sourceDeleted: ShellModel.Toast(kind: "success", text: "The source is deleted.")
        case .writeKeyMade:
            ShellModel.Toast(kind: "success", text: "There is a new key. The ones before it stay good until revoked.")
        case .writeKeyRevoked: ShellModel.Toast(kind: "success", text: "The key is revoked.")
        case .eventNameAdded: ShellModel.Toast(kind: "success", text: "The name is added.")
        case .eventNameSaved: ShellModel.Toast(kind: "success", text: "The name is saved.")
        case .eventNameDeleted: ShellModel.Toast(kind: "success", text: "The name is deleted.")
        case .importCancelled:
            ShellModel.Toast(kind: "success", text: "The import is cancelled; what it did so far stands.")
        case .exportCancelled: ShellModel.Toast(kind: "success", text: "The export is cancelled.")
        case .exportDeleted: ShellModel.Toast(kind: "success", text: "The file is deleted.")
        }
    }

    /// Sends the message along; a browser that never comes back forgets it within a minute.
    var cookie: Cookie {
        Cookie(name: Self.cookieName, value: rawValue, maxAge: 60, path: "/", httpOnly: true, sameSite: .lax)
    }

    static let cleared = Cookie(name: cookieName, value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .lax)
}
