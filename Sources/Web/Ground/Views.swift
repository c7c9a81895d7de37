import Foundation
import HTTPTypes
import Hummingbird
import Mustache

/// Every template that a handler renders; the start fails when one is missing.
enum Page: String, CaseIterable {
    case firstRun = "first-run"
    case signIn = "sign-in"
    case signInCode = "sign-in-code"
    case join
    case account = "account/index"
    case secondFactor = "account/second-factor"
    case recoveryCodes = "account/recovery-codes"
    case users = "settings/users"
    case userInvite = "settings/user-invite"
    case userLink = "settings/user-link"
    case user = "settings/user"
    case userRemove = "settings/user-remove"
    case keys = "settings/keys"
    case keyForm = "settings/key-form"
    case keyMade = "settings/key-made"
    case keyRevoke = "settings/key-revoke"
    case audit = "settings/audit"
    case projectForm = "settings/project"
    case error
    case apiDocs = "docs/api"
    case orderIndex = "orders/index"
    case orderResults = "orders/results"
    case statusChange = "orders/status-change"
    case statusChangeFields = "orders/status-change-fields"
    case orderNew = "orders/new"
    case orderShow = "orders/show"
    case orderFragment = "orders/order"
    case orderDelete = "orders/delete"
    case customerIndex = "customers/index"
    case customerResults = "customers/results"
    case customerNew = "customers/new"
    case customerShow = "customers/show"
    case customerFragment = "customers/customer"
    case customerMerge = "customers/merge"
    case customerMergeFields = "customers/merge-fields"
    case customerErase = "customers/erase"
    case customerEraseFields = "customers/erase-fields"
    case settingsIndex = "settings/index"
    case statusIndex = "settings/statuses"
    case statusForm = "settings/status-form"
    case statusFields = "settings/status-fields"
    case statusDelete = "settings/status-delete"
    case features = "settings/features"
    case connectionIndex = "connections/index"
    case connectionForm = "connections/form"
    case connectionFields = "connections/fields"
    case connectionShow = "connections/show"
    case connectionDelete = "connections/delete"
    case webhookIndex = "webhooks/index"
    case webhookForm = "webhooks/form"
    case webhookFields = "webhooks/fields"
    case webhookShow = "webhooks/show"
    case webhookDelivery = "webhooks/delivery"
    case webhookDelete = "webhooks/delete"
    case webhookRotate = "webhooks/rotate"
    case eventSourceIndex = "events/sources"
    case eventSourceForm = "events/source-form"
    case eventSourceShow = "events/source"
    case eventSourceDelete = "events/source-delete"
    case eventNameIndex = "events/names"
    case eventNameForm = "events/name-form"
    case eventNameDelete = "events/name-delete"
    case receiptIndex = "receipts/index"
    case receiptResults = "receipts/results"
    case receiptShow = "receipts/show"
    case receiptFragment = "receipts/receipt"
    case receiptDelete = "receipts/delete"
    case productIndex = "products/index"
    case productResults = "products/results"
    case productForm = "products/form"
    case productDelete = "products/delete"
    case categoryIndex = "products/categories"
    case categoryForm = "products/category-form"
    case categoryFields = "products/category-fields"
    case categoryDelete = "products/category-delete"
    case transfers = "transfers/index"
    case transferLists = "transfers/lists"
    case importShow = "transfers/import"
    case importFragment = "transfers/import-run"
    case importUndo = "transfers/undo"
    case exportShow = "transfers/export"
    case exportFragment = "transfers/export-run"
    case exportNew = "transfers/export-new"
    case fieldIndex = "fields/index"
    case fieldForm = "fields/form"
    case fieldFields = "fields/form-fields"
    case fieldDelete = "fields/delete"
    case containerIndex = "containers/index"
    case containerForm = "containers/form"
    case containerFields = "containers/fields"
    case containerDelete = "containers/delete"
    case segmentIndex = "segments/index"
    case segmentResults = "segments/results"
    case segmentForm = "segments/form"
    case segmentPreview = "segments/preview"
    case segmentExplanation = "segments/explanation"
    case segmentShow = "segments/show"
    case segmentLive = "segments/live"
    case segmentDelete = "segments/delete"
    case audienceForm = "segments/audience"
    case scores = "segments/rfm"
    case confirmFragment = "partials/dialog-confirm"
}

/// The templates of the pages, parsed once.
struct Views: Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private let library: MustacheLibrary

    init() throws {
        guard let folder = Bundle.module.resourceURL?.appending(path: "Views").standardizedFileURL,
            let names = FileManager.default.subpaths(atPath: folder.path)
        else { throw Missing(description: "The views are not beside the program: install it with its resources.") }
        var templates: [String: MustacheTemplate] = [:]
        for name in names where name.hasSuffix(".mustache") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            templates[String(name.dropLast(".mustache".count))] = try MustacheTemplate(string: text)
        }
        library = MustacheLibrary(templates: templates)
        for page in Page.allCases where library.getTemplate(named: page.rawValue) == nil {
            throw Missing(description: "The view \(page.rawValue) is missing.")
        }
    }

    /// A page, or the part of one that a module swaps in.
    func response(
        _ page: Page, _ model: some Sendable, status: HTTPResponse.Status = .ok, fragment: String? = nil
    ) throws -> Response {
        guard let html = library.render(model, withTemplate: page.rawValue) else {
            throw Missing(description: "The view \(page.rawValue) is missing.")
        }
        var headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .vary: "X-Fragment",
        ]
        headers[.fragment] = fragment
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}
