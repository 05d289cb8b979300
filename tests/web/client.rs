//! A connection as a page has one: its number, and the shell beside it (shell.js). And the keeper of the nats-server that these
//! tests connect to. Decides nothing; what is not told in 10 s fails the test.

use js_sys::{Array, Reflect};
use nats_wasm::web::exports;
use nats_wasm::web::shell::Shell;
use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

#[wasm_bindgen(module = "/tests/web/shell.js")]
extern "C" {
    #[wasm_bindgen(extends = Shell)]
    pub type PlainShell;
    #[wasm_bindgen(constructor)]
    fn new(name: &str, exports: JsValue) -> PlainShell;
    #[wasm_bindgen(method, setter)]
    fn set_connection(this: &PlainShell, connection: u32);
    #[wasm_bindgen(method, getter)]
    pub fn socket(this: &PlainShell) -> WebSocket;
    #[wasm_bindgen(method)]
    fn write(this: &PlainShell, text: &str, offset: usize) -> usize;
    #[wasm_bindgen(method)]
    fn place(this: &PlainShell, text: &str, at: i32);
    #[wasm_bindgen(method, catch)]
    async fn next(this: &PlainShell, kind: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(thread_local_v2)]
    static OPTIONS: JsValue;

    #[wasm_bindgen(catch)]
    async fn ask(url: &str) -> Result<JsValue, JsValue>;
}

pub struct Client {
    /// The server lists the connection by it.
    pub name: &'static str,
    pub number: u32,
    pub shell: PlainShell,
}

impl Client {
    /// An engine that has not dialled.
    pub async fn open(name: &'static str) -> Client {
        let shell = PlainShell::new(name, wasm_bindgen::exports());
        let prefix = shell.write("_INBOX", 0);
        let url = keeper("server").await.text("url");
        let servers = shell.write(&format!("{url}\nthe-server"), prefix);
        let number = OPTIONS.with(|options| {
            exports::open(options.unchecked_ref(), prefix, servers, shell.clone().unchecked_into())
        });
        shell.set_connection(number);
        Client { name, number, shell }
    }

    pub async fn connect(name: &'static str) -> Client {
        let client = Client::open(name).await;
        exports::connect(client.number);
        client.next("connected").await;
        client
    }

    /// Puts a text at the beginning of scratch; returns its length in bytes.
    pub fn write(&self, text: &str) -> usize {
        self.shell.write(text, 0)
    }

    /// Publishes; returns what the module answers when it refuses, and 0 otherwise.
    pub fn publish(&self, subject: &str, payload: &str) -> i32 {
        let subject = self.write(subject);
        self.place(payload, exports::publish_to(self.number, subject, 0, 0, payload.len() as u32))
    }

    /// sid or -Code.
    pub fn subscribe(&self, subject: &str) -> i32 {
        exports::subscribe(self.number, self.write(subject), 0, 0, 0.0)
    }

    /// The ticket. `timeout` in ms.
    pub fn request(&self, subject: &str, payload: &str, timeout: f64) -> u32 {
        let id = exports::prepare(self.number, self.write(subject));
        let id = u32::try_from(id).expect("a good subject");
        let at = exports::request(self.number, id, 0, 0, payload.len() as u32, timeout);
        assert_eq!(self.place(payload, at), 0);
        exports::ticket(self.number)
    }

    /// Waits until the server has read all that was written.
    pub async fn flush(&self) {
        assert_eq!(exports::flush(self.number), 0);
        self.next("flushed").await;
    }

    pub async fn next(&self, kind: &str) -> Told {
        Told(self.shell.next(kind).await.unwrap_or_else(|thrown| panic!("{thrown:?}")))
    }

    /// Subject and payload of the next message.
    pub async fn message(&self) -> (String, String) {
        let message = self.next("message").await;
        (message.text("subject"), message.text("payload"))
    }

    /// Hears a message that it sends itself.
    pub async fn hears_itself(&self, subject: &str) {
        let sid = self.subscribe(subject);
        assert!(sid > 0, "the subscription is refused: {sid}");
        assert_eq!(self.publish(subject, "to myself"), 0);
        assert_eq!(self.message().await, (subject.into(), "to myself".into()));
        assert_eq!(exports::unsubscribe(self.number, sid as u32, 0), 0);
    }

    pub async fn close(self) {
        exports::close(self.number);
        assert_eq!(self.next("closed").await.number("code"), 0.0);
    }

    fn place(&self, payload: &str, at: i32) -> i32 {
        if at < 0 {
            return at;
        }
        self.shell.place(payload, at);
        0
    }
}

/// An object that was told.
pub struct Told(JsValue);

impl Told {
    pub fn field(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &name.into()).expect("an object")
    }

    pub fn text(&self, name: &str) -> String {
        self.field(name).as_string().unwrap_or_else(|| panic!("{name} of {:?} is no text", self.0))
    }

    pub fn number(&self, name: &str) -> f64 {
        self.field(name).as_f64().unwrap_or_else(|| panic!("{name} of {:?} is no number", self.0))
    }
}

/// Asks the keeper: "server" is `{ url }`, "connections" is [`Connections`]; "kill" and "restart" answer when they are done.
pub async fn keeper(what: &str) -> Told {
    let Some(keeper) = option_env!("NATS_WASM_TEST_KEEPER") else {
        panic!("scripts/test/wasm.mjs names the keeper when this is compiled");
    };
    Told(ask(&format!("{keeper}/{what}")).await.unwrap_or_else(|thrown| panic!("{thrown:?}")))
}

/// What the server knows of its connections.
pub struct Connections {
    /// Of those that are open. One that has not greeted yet has an empty name.
    pub names: Vec<String>,
    /// How many there ever were.
    pub total: f64,
}

pub async fn connections() -> Connections {
    let told = keeper("connections").await;
    let names: Array = told.field("names").unchecked_into();
    let names = names.iter().map(|name| name.as_string().expect("a name")).collect();
    Connections { names, total: told.number("total") }
}

/// Waits until the server has had `total` connections, and none of this name is open.
pub async fn is_gone(name: &str, total: f64) {
    let mut seen = connections().await;
    for _ in 0..100 {
        if seen.total >= total && !seen.names.iter().any(|open| open == name) {
            return;
        }
        seen = connections().await;
    }
    panic!("of {} connections {:?} are open, and {name:?} should not be", seen.total, seen.names);
}
