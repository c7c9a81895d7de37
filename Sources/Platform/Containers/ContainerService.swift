import Database
import Domain
import Storage

/// What can be done with containers and their types (spec tracking.md, "Containers").
package struct ContainerService: Sendable {
    let writer: ContainerWriter
    let engine: Engine
    let references: ReferenceBoard
    let identifiers: Identifiers
    let surroundings: Surroundings
    let audit: AuditLog
    let segments: SegmentBoard
    /// Tells open pages of customers.
    let live: LiveFeed

    /// A container with its type.
    package struct View: Sendable {
        package var type: ContainerType
        package var container: Container
    }

    /// All types, as of the last commit.
    package var book: ContainerBook { references.current.containers }

    // MARK: Contents

    /// Changes a container of a customer.
    ///
    /// - Parameters:
    ///   - expectedVersion: The version that the caller has seen.
    ///   - base: Where the line's attributes stand in the request.
    /// - Returns: The container as it is now, and whether anything changed.
    /// - Throws: `OrderError.unknownCustomer`, `ContainerError.unknownType`, `.outdated`, `Faults`.
    package func change(
        _ change: ContainerChange, _ code: String, of customer: String, expectedVersion: Int64? = nil,
        requiresLine: Bool = false, base: String = "/data/attributes"
    ) async throws -> (view: View, hasChanged: Bool) {
        let written = try await segments.write { [self] tx in
            let owner = ContainerOwner(try existing(customer, tx))
            let now = surroundings.now()
            if requiresLine, let product = change.product {
                guard let type = try writer.types.writerBook(tx)[code] else { throw ContainerError.unknownType(code) }
                guard try writer.store.get(type.id, of: owner, tx)[product] != nil else {
                    throw ContainerError.unknownLine(code, product: product)
                }
            }
            return try writer.change(
                change, code, of: owner, at: now, now: now, expectedVersion: expectedVersion, base: base, tx
            )
        } committed: { [live] written in
            if !written.happenings.isEmpty { live.publish(customers: [written.owner.customer].compactMap(\.self)) }
        }
        return (View(type: written.type, container: written.container), !written.happenings.isEmpty)
    }

    /// Fills carts of the made-up shop that nobody has used; whoever left theirs long ago is told of to nobody.
    func fill(_ carts: [SampleShop.Cart]) async throws {
        try await segments.write { [self] tx in
            let now = surroundings.now()
            for cart in carts {
                guard let customer = try writer.customers.find(cart.customer, tx) else { continue }
                let (owner, code) = (ContainerOwner(customer), ContainerType.cart.code)
                guard try writer.store.get(ContainerType.cart.id, of: owner, tx).version == 0 else { continue }
                let written = try writer.change(
                    .replace(cart.lines), code, of: owner, at: cart.changedAt, now: now, tx
                )
                let due = ContainerStore.Due(owner: owner.id, type: written.type.id, at: cart.changedAt)
                _ = try writer.pass(due, now: now, tx)
            }
        }
    }

    /// The containers that a customer has used, in the order of their types.
    ///
    /// - Throws: `OrderError.unknownCustomer`.
    package func containers(of customer: String) throws -> [View] {
        let book = book
        return try engine.read { tx in
            let found = try writer.store.all(of: ContainerOwner(try existing(customer, tx)), tx)
            return book.types.compactMap { type in
                found.first { $0.type == type.id }.map { View(type: type, container: $0) }
            }
        }
    }

    /// A container of a customer; one that was never used is empty.
    ///
    /// - Throws: `OrderError.unknownCustomer`, `ContainerError.unknownType`.
    package func container(_ code: String, of customer: String) throws -> View {
        guard let type = book[code] else { throw ContainerError.unknownType(code) }
        return try engine.read { tx in
            let owner = ContainerOwner(try existing(customer, tx))
            return View(type: type, container: try writer.store.get(type.id, of: owner, tx))
        }
    }

    private func existing(_ externalID: String, _ tx: Connection) throws -> Customer.ID {
        guard let id = try writer.customers.find(externalID, tx) else { throw OrderError.unknownCustomer(externalID) }
        return id
    }
}

extension ContainerChange {
    /// The product that it is about; nil of whole contents.
    fileprivate var product: String? {
        switch self {
        case .add(let line), .set(let line): line.product
        case .remove(let product): product
        case .replace, .clear: nil
        }
    }
}
