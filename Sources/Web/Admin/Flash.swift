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
        case .orderAdded: .success("The order is added.")
        case .orderDeleted: .success("The order is deleted.")
        case .orderGone: .error("The order was deleted already.")
        case .statusesChanged: .success("The chosen orders have the status now.")
        case .statusesAsBefore: .success("The chosen orders had the status already.")
        case .noOrderChosen: .error("Choose orders first: tick the boxes of their rows.")
        case .noStatusChosen: .error("Choose the status that the orders are to have.")
        case .customerAdded: .success("The customer is added.")
        case .customerSaved: .success("The customer is saved.")
        case .customersMerged: .success("The customers are merged.")
        case .customerErased: .success("The customer is erased.")
        case .customerGone: .error("The customer was erased already.")
        case .segmentAdded: .success("The segment is added.")
        case .segmentSaved: .success("The segment is saved.")
        case .segmentDeleted: .success("It is deleted.")
        case .segmentInUse: .error("Something names this segment: change that first.")
        case .segmentGone: .error("It was deleted already.")
        case .audienceAdded: .success("The audience is added.")
        case .audienceSaved: .success("The audience is saved.")
        case .audienceFilled: .success("Everybody of the segment is in the audience.")
        case .memberRemoved: .success("The customer is no longer in the audience.")
        case .sampleReady: .success("The made-up shop is ready: have a look around.")
        case .statusAdded: .success("The status is added.")
        case .statusSaved: .success("The status is saved.")
        case .statusArchived: .success("The status is archived.")
        case .statusRestored: .success("The status is back.")
        case .statusDeleted: .success("The status is deleted.")
        case .statusInSegments:
            .error("Segments name this status: change them first, or archive the status.")
        case .statusInUse:
            .error("Orders are in this status now: archive it instead of deleting it.")
        case .statusGone: .error("The status was deleted already.")
        case .fieldAdded: .success("The field is added.")
        case .fieldSaved: .success("The field is saved.")
        case .fieldDeleted:
            .success("The field is deleted; its values are being removed.")
        case .fieldInUse: .error("Something uses this field: change that first.")
        case .fieldGone: .error("The field was deleted already.")
        case .profileViewReset: .success("The profile shows the usual fields again.")
        case .starterSet: .success("The starter set is added.")
        case .changedMeanwhile:
            .error("Somebody changed this meanwhile. It is shown as it is now: repeat your change.")
        case .containerAdded: .success("The container is added.")
        case .containerSaved: .success("The container is saved.")
        case .containerDeleted: .success("The container is deleted.")
        case .containerInUse:
            .error("Somebody has something in it: it can be deleted once all are empty.")
        case .featuresSaved: .success("The features are saved.")
        case .passwordSet: .success("The password is set.")
        case .emailChanged: .success("The email is changed.")
        case .sessionEnded: .success("The browser is signed out.")
        case .secondFactorOff: .success("The second factor is off.")
        case .userSaved: .success("The user is saved.")
        case .userActivated: .success("The user may sign in again.")
        case .userDeactivated:
            .success("The user is deactivated and signed out everywhere.")
        case .userRemoved: .success("The user is removed.")
        case .lastOwner: .error(AccountError.lastOwner.sentence)
        case .ownAccount: .error(AccountError.ownAccount.sentence)
        case .keySaved: .success("The key is saved.")
        case .keyRevoked: .success("The key is revoked.")
        case .keyGone: .error("The key had ended already.")
        case .projectSaved: .success("The project is saved.")
        case .connectionAdded:
            .success("The connection is ready: paste its address into the shop.")
        case .connectionSaved: .success("The connection is saved.")
        case .connectionDeleted: .success("The connection is deleted.")
        case .webhookAdded: .success("The webhook is added. Send it a test.")
        case .webhookSaved: .success("The webhook is saved.")
        case .webhookPaused: .success("The webhook is paused.")
        case .webhookResumed: .success("The webhook goes on.")
        case .webhookRotated:
            .success("Messages are signed with a new secret, and for a day with both.")
        case .webhookDeleted: .success("The webhook is deleted.")
        case .testDelivered: .success("The receiver took the test.")
        case .testFailed: .error("The receiver did not take the test.")
        case .testQueued: .success("The test is on its way: load this page again.")
        case .replayQueued: .success("Queued to be sent again.")
        case .receiptLinked: .success("The receipt is linked.")
        case .receiptUnlinked: .success("The receipt is taken off the order.")
        case .receiptDeleted: .success("The receipt is deleted.")
        case .receiptGone: .error("The receipt was deleted already.")
        case .productAdded: .success("The product is added.")
        case .productSaved: .success("The product is saved.")
        case .productDeleted: .success("The product is deleted.")
        case .categoryAdded: .success("The category is added.")
        case .categorySaved: .success("The category is saved.")
        case .categoryInUse:
            .error("Products or categories name this one: move them first.")
        case .categoryDeleted: .success("The category is deleted.")
        case .rulesSaved: .success("The rules are saved.")
        case .sourceAdded: .success("The source is added: paste its line into the site.")
        case .sourceSaved: .success("The source is saved.")
        case .sourceOn: .success("The source is on.")
        case .sourceOff: .success("The source is off: what it sends is refused.")
        case .sourceDeleted: .success("The source is deleted.")
        case .writeKeyMade:
            .success("There is a new key. The ones before it stay good until revoked.")
        case .writeKeyRevoked: .success("The key is revoked.")
        case .eventNameAdded: .success("The name is added.")
        case .eventNameSaved: .success("The name is saved.")
        case .eventNameDeleted: .success("The name is deleted.")
        case .importCancelled:
            .success("The import is cancelled; what it did so far stands.")
        case .exportCancelled: .success("The export is cancelled.")
        case .exportDeleted: .success("The file is deleted.")
        }
    }

    /// Sends the message along; a browser that never comes back forgets it within a minute.
    var cookie: Cookie {
        Cookie(name: Self.cookieName, value: rawValue, maxAge: 60, path: "/", httpOnly: true, sameSite: .lax)
    }

    static let cleared = Cookie(name: cookieName, value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .lax)
}
