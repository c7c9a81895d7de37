import Domain

/// The addresses of the pages: no page, redirect or test spells a path by hand.
package enum Links {
    /// Leads to the first page that the project has and the role may see.
    package static let home = "/"
    package static let firstRun = "/first-run"
    package static let signOut = "/sign-out"
    package static let orders = "/orders"
    package static let newOrder = "/orders/new"
    package static let orderColumns = "/orders/columns"
    package static let statusesOfChosen = "/orders/statuses"
    package static let allStatuses = "/orders/statuses/all"
    package static let customers = "/customers"
    package static let newCustomer = "/customers/new"
    package static let customerColumns = "/customers/columns"
    package static let account = "/account"
    package static let accountPassword = "/account/password"
    package static let accountEmail = "/account/email"
    package static let secondFactor = "/account/second-factor"
    package static let secondFactorOff = "/account/second-factor/off"
    package static let recoveryCodes = "/account/recovery-codes"
    package static let endSession = "/account/sessions/end"
    package static let signOutEverywhere = "/account/sessions/end-all"
    package static let settings = "/settings"
    package static let projectSettings = "/settings/project"
    package static let users = "/settings/users"
    package static let inviteUser = "/settings/users/invite"
    package static let keys = "/settings/keys"
    package static let newKey = "/settings/keys/new"
    package static let audit = "/settings/audit"
    package static let apiDocs = "/docs/api"
    package static let features = "/settings/features"
    package static let statuses = "/settings/order-statuses"
    package static let newStatus = "/settings/order-statuses/new"
    package static let starterStatuses = "/settings/order-statuses/starter-set"
    package static let orderRules = "/settings/order-statuses/rules"
    package static let connections = "/settings/connections"
    package static let webhooks = "/settings/webhooks"
    package static let newWebhook = "/settings/webhooks/new"
    package static let eventSources = "/settings/event-sources"
    package static let newEventSource = "/settings/event-sources/new"
    package static let eventNames = "/settings/event-names"
    package static let newEventName = "/settings/event-names/new"
    package static let fields = "/settings/fields"
    package static let containers = "/settings/containers"
    package static let newContainer = "/settings/containers/new"
    package static let liveOrders = "/live/orders"

    package static let transfers = "/transfers"
    package static let imports = "/imports"
    package static let exports = "/exports"
    package static let newExport = "/exports/new"

    package static func importRun(_ id: ImportRun.ID) -> String { "\(imports)/\(id.rawValue)" }
    package static func startImport(_ id: ImportRun.ID) -> String { importRun(id) + "/start" }
    package static func cancelImport(_ id: ImportRun.ID) -> String { importRun(id) + "/cancel" }
    package static func undoImport(_ id: ImportRun.ID) -> String { importRun(id) + "/undo" }
    package static func refusedRows(_ id: ImportRun.ID) -> String { importRun(id) + "/refused" }
    package static func exportRun(_ id: ExportRun.ID) -> String { "\(exports)/\(id.rawValue)" }
    package static func cancelExport(_ id: ExportRun.ID) -> String { exportRun(id) + "/cancel" }

    /// The form that asks for an export, with the filters of a list as its address has them.
    package static func newExport(
        _ object: ExportObject, _ filters: [(name: String, value: String)] = []
    ) -> String {
        newExport + "?object=\(object.rawValue)"
            + filters.map { "&\(QueryItems.encode($0.name))=\(QueryItems.encode($0.value))" }.joined()
    }

    /// The file of an export, for whoever has the link, until its time is over.
    package static func download(_ run: ExportRun) -> String { "/downloads/\(run.token)" }

    package static func signIn(returningTo target: String? = nil) -> String {
        guard let target, target != home else { return "/sign-in" }
        return "/sign-in?return=\(QueryItems.encode(target))"
    }

    package static func signInCode(returningTo target: String? = nil) -> String {
        guard let target, target != home else { return "/sign-in/code" }
        return "/sign-in/code?return=\(QueryItems.encode(target))"
    }

    /// Where an invitation or a reset leads.
    package static func join(_ secret: String) -> String { "/join/\(QueryItems.encode(secret))" }

    package static func container(_ code: String) -> String { "\(containers)/by-code/\(QueryItems.encode(code))" }
    package static func deleteContainer(_ code: String) -> String { container(code) + "/delete" }

    package static func user(_ id: User.ID) -> String { "\(users)/\(id.rawValue)" }
    package static func userRole(_ id: User.ID) -> String { user(id) + "/role" }
    package static func userLink(_ id: User.ID) -> String { user(id) + "/link" }
    package static func userActive(_ id: User.ID) -> String { user(id) + "/active" }
    package static func userSecondFactor(_ id: User.ID) -> String { user(id) + "/second-factor" }
    package static func removeUser(_ id: User.ID) -> String { user(id) + "/remove" }

    package static func key(_ code: String) -> String { "\(keys)/\(QueryItems.encode(code))" }
    package static func rotateKey(_ code: String) -> String { key(code) + "/rotate" }
    package static func revokeKey(_ code: String) -> String { key(code) + "/revoke" }

    /// The audit log, filtered.
    package static func audit(_ query: [(name: String, value: String)]) -> String {
        guard !query.isEmpty else { return audit }
        let pairs = query.map { "\(QueryItems.encode($0.name))=\(QueryItems.encode($0.value))" }
        return "\(audit)?\(pairs.joined(separator: "&"))"
    }

    /// The list of orders that a query asks for.
    package static func orders(_ query: [(name: String, value: String)]) -> String {
        guard !query.isEmpty else { return orders }
        let pairs = query.map { "\(QueryItems.encode($0.name))=\(QueryItems.encode($0.value))" }
        return "\(orders)?\(pairs.joined(separator: "&"))"
    }

    /// The list of customers that a query asks for.
    package static func customers(_ query: [(name: String, value: String)]) -> String {
        guard !query.isEmpty else { return customers }
        let pairs = query.map { "\(QueryItems.encode($0.name))=\(QueryItems.encode($0.value))" }
        return "\(customers)?\(pairs.joined(separator: "&"))"
    }

    package static func customer(_ externalID: String) -> String {
        "\(customers)/by-id/\(QueryItems.encode(externalID))"
    }

    package static func customer(_ externalID: String, tab: String) -> String { "\(customer(externalID))?tab=\(tab)" }

    /// A customer's timeline, from the row that comes after `cursor` on.
    package static func customerActivity(_ externalID: String, after cursor: String) -> String {
        "\(customer(externalID, tab: "activity"))&after=\(cursor)"
    }

    package static func customerOrders(_ externalID: String, page: Int) -> String {
        "\(customer(externalID, tab: "orders"))&page=\(page)"
    }

    package static func customerReceipts(_ externalID: String, page: Int) -> String {
        "\(customer(externalID, tab: "receipts"))&page=\(page)"
    }

    /// A customer's events, from the one that comes after `cursor` on.
    package static func customerEvents(_ externalID: String, after cursor: String) -> String {
        "\(customer(externalID, tab: "events"))&after=\(cursor)"
    }

    package static func editCustomer(_ externalID: String) -> String { customer(externalID) + "/edit" }
    package static func exportCustomer(_ externalID: String) -> String { customer(externalID) + "/export" }
    package static func eraseCustomer(_ externalID: String) -> String { customer(externalID) + "/erase" }

    package static func mergeCustomer(_ externalID: String, into other: String? = nil) -> String {
        customer(externalID) + "/merge" + (other.map { "?into=\(QueryItems.encode($0))" } ?? "")
    }

    package static func order(_ externalID: String) -> String { "/orders/by-id/\(QueryItems.encode(externalID))" }
    package static func orderMetadata(_ externalID: String) -> String { order(externalID) + "?tab=metadata" }

    /// An order's history, from before the change with a number on.
    package static func orderActivity(_ externalID: String, before: Int64) -> String {
        order(externalID) + "?before=\(before)"
    }

    package static func orderStatus(_ externalID: String) -> String { order(externalID) + "/status" }
    package static func deleteOrder(_ externalID: String) -> String { order(externalID) + "/delete" }
    package static func liveCustomer(_ externalID: String) -> String {
        "/live/customers/\(QueryItems.encode(externalID))"
    }
    package static func liveOrder(_ externalID: String) -> String { "\(liveOrders)/\(QueryItems.encode(externalID))" }

    package static let receipts = "/receipts"

    /// The list of receipts that a query asks for.
    package static func receipts(_ query: [(name: String, value: String)]) -> String {
        query.isEmpty ? receipts : "\(receipts)?\(QueryItems.text(query))"
    }

    package static func receipt(_ externalID: String) -> String { "/receipts/by-id/\(QueryItems.encode(externalID))" }
    package static func linkReceipt(_ externalID: String) -> String { receipt(externalID) + "/link" }
    package static func deleteReceipt(_ externalID: String) -> String { receipt(externalID) + "/delete" }
    package static func orderReceipts(_ order: String) -> String { Self.order(order) + "/receipts" }

    /// A receipt's history, from before the change with a number on.
    package static func receiptActivity(_ externalID: String, before: Int64) -> String {
        receipt(externalID) + "?before=\(before)"
    }

    package static let segments = "/segments"
    package static let newSegment = "/segments/new"
    package static let newAudience = "/segments/audiences/new"
    package static let segmentPreview = "/segments/preview"
    package static let segmentExplanation = "/segments/explain"
    package static let segmentFields = "/segments/fields"
    package static let segmentSuggestions = "/segments/suggestions"
    package static let scores = "/segments/rfm"

    /// The list of segments that a search finds; with their sizes as they are now, where that is asked.
    package static func segments(search: String?, sized: Bool = false) -> String {
        let query = [search.map { ("q", $0) }, sized ? ("sizes", "1") : nil].compactMap { $0 }
        return query.isEmpty ? segments : "\(segments)?\(QueryItems.text(query.map { (name: $0.0, value: $0.1) }))"
    }

    /// The builder with a tree to begin with.
    package static func newSegment(name: String, conditions: String) -> String {
        "\(newSegment)?\(QueryItems.text([(name: "name", value: name), (name: "conditions", value: conditions)]))"
    }

    package static func segment(_ code: String) -> String { "\(segments)/by-code/\(QueryItems.encode(code))" }

    /// A segment with its members from the one after another on.
    package static func segment(_ code: String, after customer: Int64) -> String {
        "\(segment(code))?after=\(customer)#members"
    }

    /// A segment with its sizes and members, which come after the page.
    package static func segmentLive(_ code: String) -> String { segment(code) + "?sizes=1" }
    package static func editSegment(_ code: String) -> String { segment(code) + "/edit" }
    package static func deleteSegment(_ code: String) -> String { segment(code) + "/delete" }

    /// Why somebody is in a segment, or is not.
    package static func explainSegment(_ code: String, customer: String? = nil) -> String {
        segment(code) + "/explain" + (customer.map { "?customer=\(QueryItems.encode($0))" } ?? "")
    }

    package static func addMembers(_ code: String) -> String { segment(code) + "/members/add" }
    package static func removeMembers(_ code: String) -> String { segment(code) + "/members/remove" }
    package static func fillAudience(_ code: String) -> String { segment(code) + "/members/fill" }
    package static func scores(of segment: String) -> String { "\(scores)?segment=\(QueryItems.encode(segment))" }

    package static let products = "/products"
    package static let newProduct = "/products/new"
    package static let categories = "/products/categories"
    package static let newCategory = "/products/categories/new"

    /// The list of products that a query asks for.
    package static func products(_ query: [(name: String, value: String)]) -> String {
        query.isEmpty ? products : "\(products)?\(QueryItems.text(query))"
    }

    package static func product(_ externalID: String) -> String { "/products/by-id/\(QueryItems.encode(externalID))" }
    package static func deleteProduct(_ externalID: String) -> String { product(externalID) + "/delete" }
    package static func category(_ externalID: String) -> String {
        "\(categories)/by-id/\(QueryItems.encode(externalID))"
    }
    package static func deleteCategory(_ externalID: String) -> String { category(externalID) + "/delete" }

    package static func fields(_ object: FieldObject) -> String { "\(fields)/\(object.rawValue)" }
    package static func newField(_ object: FieldObject) -> String { fields(object) + "/new" }
    package static func orderFields(_ object: FieldObject) -> String { fields(object) + "/order" }
    package static func profileView(_ object: FieldObject) -> String { fields(object) + "/profile" }

    package static func field(_ object: FieldObject, code: String) -> String {
        "\(fields(object))/field/\(QueryItems.encode(code))"
    }

    package static func deleteField(_ object: FieldObject, code: String) -> String {
        field(object, code: code) + "/delete"
    }

    package static func newStatus(_ type: OrderStatusType) -> String { "\(newStatus)?type=\(type.rawValue)" }

    package static func status(_ type: OrderStatusType, code: String) -> String {
        "\(statuses)/\(type.rawValue)/\(QueryItems.encode(code))"
    }

    package static func archiveStatus(_ type: OrderStatusType, code: String) -> String {
        status(type, code: code) + "/archive"
    }

    package static func moveStatus(_ type: OrderStatusType, code: String) -> String {
        status(type, code: code) + "/move"
    }

    package static func deleteStatus(_ type: OrderStatusType, code: String) -> String {
        status(type, code: code) + "/delete"
    }

    package static func webhook(_ id: Webhook.ID) -> String { "\(webhooks)/by-id/\(id.rawValue)" }
    package static func editWebhook(_ id: Webhook.ID) -> String { webhook(id) + "/edit" }
    package static func pauseWebhook(_ id: Webhook.ID) -> String { webhook(id) + "/pause" }
    package static func rotateWebhook(_ id: Webhook.ID) -> String { webhook(id) + "/rotate" }
    package static func testWebhook(_ id: Webhook.ID) -> String { webhook(id) + "/test" }
    package static func replayWebhook(_ id: Webhook.ID) -> String { webhook(id) + "/replay" }
    package static func deleteWebhook(_ id: Webhook.ID) -> String { webhook(id) + "/delete" }

    /// A webhook's messages in a state, before one of them.
    package static func webhook(
        _ id: Webhook.ID, state: WebhookDelivery.State?, before: WebhookDelivery.ID? = nil
    ) -> String {
        let pairs = [state.map { "state=\($0.rawValue)" }, before.map { "before=\($0.rawValue)" }].compactMap { $0 }
        return pairs.isEmpty ? webhook(id) : "\(webhook(id))?\(pairs.joined(separator: "&"))"
    }

    package static func webhookDelivery(_ delivery: WebhookDelivery) -> String {
        "\(webhook(delivery.webhook))/deliveries/\(delivery.id.rawValue)"
    }

    package static func replayDelivery(_ delivery: WebhookDelivery) -> String { webhookDelivery(delivery) + "/replay" }

    package static func eventSource(_ code: String) -> String { "\(eventSources)/by-code/\(QueryItems.encode(code))" }
    package static func editEventSource(_ code: String) -> String { eventSource(code) + "/edit" }
    package static func deleteEventSource(_ code: String) -> String { eventSource(code) + "/delete" }
    package static func eventName(_ code: String) -> String { "\(eventNames)/by-code/\(QueryItems.encode(code))" }
    package static func deleteEventName(_ code: String) -> String { eventName(code) + "/delete" }

    package static func newConnection(_ kind: ShopConnection.Kind) -> String { "\(connections)/new/\(kind.rawValue)" }
    package static func connection(_ code: String) -> String { "\(connections)/by-code/\(code)" }
    package static func editConnection(_ code: String) -> String { connection(code) + "/edit" }
    package static func pauseConnection(_ code: String) -> String { connection(code) + "/pause" }
    package static func connectionStatuses(_ code: String) -> String { connection(code) + "/statuses" }
    package static func deleteConnection(_ code: String) -> String { connection(code) + "/delete" }

    /// Where a shop system sends its messages.
    package static func hook(_ connection: ShopConnection) -> String {
        "/hooks/\(connection.kind.rawValue)/\(connection.code)"
    }
}
