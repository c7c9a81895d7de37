import GRDBSQLite

/// A function that statements may call by its name; on PostgreSQL a migration makes its like.
///
/// It is pure: the same values always give the same result.
package struct SQLFunction: Sendable {
    package let name: String
    package let parameters: Int
    fileprivate let body: @Sendable ([SQLValue], AnyObject?) -> SQLValue
    /// Makes of the last value what is kept while a statement runs, so that a text that never changes is read once.
    fileprivate let prepare: (@Sendable (SQLValue) -> AnyObject)?

    package init(_ name: String, parameters: Int, _ body: @escaping @Sendable ([SQLValue]) -> SQLValue) {
        (self.name, self.parameters, prepare) = (name, parameters, nil)
        self.body = { values, _ in body(values) }
    }

    /// - Parameters:
    ///   - prepare: Makes of the second value what is asked.
    ///   - body: Asks that about the first.
    package init<Prepared: AnyObject>(
        _ name: String, preparing prepare: @escaping @Sendable (SQLValue) -> Prepared,
        _ body: @escaping @Sendable (SQLValue, Prepared) -> SQLValue
    ) {
        (self.name, parameters, self.prepare) = (name, 2, prepare)
        self.body = { values, prepared in
            guard let prepared = prepared as? Prepared else { return .null }
            return body(values[0], prepared)
        }
    }
}

extension Connection {
    /// Lets this connection's statements call functions; PostgreSQL has them by its migrations.
    package func define(_ functions: [SQLFunction]) throws {
        guard postgres == nil else { return }
        for function in functions where !self.functions.contains(function.name) {
            let code = sqlite3_create_function_v2(
                handle, function.name, Int32(function.parameters), SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                Unmanaged.passRetained(Box(function)).toOpaque(), call, nil, nil, release
            )
            guard code == SQLITE_OK else {
                throw DatabaseError.fault("The function \(function.name) could not be added: code \(code).")
            }
            self.functions.insert(function.name)
        }
    }
}

/// Holds a function while SQLite has it.
private final class Box: Sendable {
    let function: SQLFunction

    init(_ function: SQLFunction) { self.function = function }
}

private let release: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
    if let pointer { Unmanaged<Box>.fromOpaque(pointer).release() }
}

private let call: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
    context, count, values in
    guard let pointer = sqlite3_user_data(context), let values else { return sqlite3_result_null(context) }
    let function = Unmanaged<Box>.fromOpaque(pointer).takeUnretainedValue().function
    var arguments = (0..<Int(count)).map { values[$0] }
    var ready: AnyObject?
    if let prepare = function.prepare {
        let last = arguments.removeLast()
        ready = prepared(context, count - 1) { prepare(value(last)) }
    }
    switch function.body(arguments.map(value), ready) {
    case .null: sqlite3_result_null(context)
    case .integer(let number): sqlite3_result_int64(context, number)
    case .boolean(let flag): sqlite3_result_int64(context, flag ? 1 : 0)
    case .text(var text):
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                sqlite3_result_text(context, characters.baseAddress, Int32(characters.count), transient)
            }
        }
    }
}

/// What was made of an argument that stays the same while the statement runs, or is made now.
private func prepared(_ context: OpaquePointer?, _ argument: Int32, _ make: () -> AnyObject) -> AnyObject {
    if let kept = sqlite3_get_auxdata(context, argument) {
        return Unmanaged<AnyObject>.fromOpaque(kept).takeUnretainedValue()
    }
    let made = make()
    sqlite3_set_auxdata(context, argument, Unmanaged.passRetained(made).toOpaque(), releasePrepared)
    return made
}

private let releasePrepared: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
    if let pointer { Unmanaged<AnyObject>.fromOpaque(pointer).release() }
}

private func value(_ argument: OpaquePointer?) -> SQLValue {
    switch sqlite3_value_type(argument) {
    case SQLITE_INTEGER: return .integer(sqlite3_value_int64(argument))
    case SQLITE_TEXT:
        guard let bytes = sqlite3_value_text(argument) else { return .null }
        let text = UnsafeBufferPointer(start: bytes, count: Int(sqlite3_value_bytes(argument)))
        return .text(String(decoding: text, as: UTF8.self))
    default: return .null
    }
}

/// Tells SQLite to copy a text before the call returns.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
