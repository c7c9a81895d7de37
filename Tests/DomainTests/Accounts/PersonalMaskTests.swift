import Domain
import Testing

struct PersonalMaskTests {
    private let mask = PersonalMask(isOn: true)

    @Test(arguments: [
        ("ana@example.com", "a•••@e•••.com"), ("a@b", "a•••@b•••"), ("nobody", "•••"), ("", "•••"),
        ("éva@mail.shop.pt", "é•••@m•••.pt"), ("@x.y", "•••"),
    ])
    func `an email keeps its first letters and its end`(email: String, shown: String) {
        #expect(mask.email(email) == shown)
    }

    @Test(arguments: [("+351912345678", "•••78"), ("112", "•••"), ("", "•••")])
    func `a phone keeps its last two digits, where it has enough`(phone: String, shown: String) {
        #expect(mask.phone(phone) == shown)
    }

    @Test(arguments: [("Ana Silva", "A••• S•••"), ("Ö", "Ö•••"), ("", "")])
    func `a name keeps its initials`(name: String, shown: String) {
        #expect(mask.name(name) == shown)
    }

    @Test func `who may see personal data sees it as it is`() {
        let open = PersonalMask(.operator)
        #expect(open.email("ana@example.com") == "ana@example.com")
        #expect(open.phone("112") == "112")
        #expect(open.name("Ana") == "Ana")
        #expect(open.text("Rua 1") == "Rua 1")
        #expect(PersonalMask(.analyst).text("Rua 1") == "•••")
    }
}
