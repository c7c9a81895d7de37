import CLibPQ

extension DatabaseError {
    /// What a server answered instead of rows, or that it is gone.
    init(result: OpaquePointer?, connection: OpaquePointer) {
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
        let text = PQresultErrorField(result, Int32(UInt8(ascii: "M"))) ?? PQerrorMessage(connection)
        let message = text.map { String(cString: $0) } ?? ""
        self.init(sqlState: PQstatus(connection) == CONNECTION_OK ? state : nil, message: message)
    }

    /// - Parameter sqlState: None where the connection itself was lost.
    init(sqlState: String?, message: String) {
        let message = message.trimmingSuffix(while: \.isWhitespace)
        guard let sqlState else {
            self = .unreachable(message)
            return
        }
        switch sqlState {
        // A text too long for an index, or a sum beyond its type.
        case "22003": self = .outOfRange
        case "40001", "40P01", "55P03": self = .conflict(message)
        case "57014": self = .busy(message)
        // The server runs, but only follows another one: a connection made anew finds the one that writes.
        case "25006": self = .unreachable(message)
        case "57P01", "57P02", "57P03": self = .unreachable(message)
        case "42501": self = .unreachable("\(message): grant it to the user whom the address names.")
        // Its disk is full or fails.
        case "53100", "58030", "58P01": self = .unavailable(message)
        default:
            switch sqlState.prefix(2) {
            case "23": self = .unique(message)
            case "08", "53": self = .unreachable(message)
            default: self = .fault("\(message) (\(sqlState))")
            }
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while isLeft: (Character) -> Bool) -> String {
        guard let last = lastIndex(where: { !isLeft($0) }) else { return "" }
        return String(self[...last])
    }
}
