import Hummingbird
import Platform

/// Every page of the web application (spec admin.md).
struct AdminPages {
    let services: Services
    let views: Views
    let assetVersion: String

    func mount(on router: Router<WebContext>) {
        let open = router.group().add(middleware: SessionMiddleware(accounts: services.accounts))
        open.get("/") { _, _ in Response.redirect(to: Links.home, type: .normal) }
    }
}
