//! A toy nats-server: one client, exact subjects and `*` as a last token, and no patience with a client that breaks
//! the protocol.

use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub subject: String,
    pub queue: String,
    max: u32,
    delivered: u32,
}

#[derive(Debug, Default)]
pub struct Server {
    /// What it lives with on this socket.
    pub subscriptions: BTreeMap<u32, Subscription>,
    /// Subject and payload of every publish, over all sockets.
    pub published: Vec<(String, String)>,
    /// Largest WebSocket message it got.
    pub largest: usize,
    pub pings: u32,
    unread: Vec<u8>,
    was_greeted: bool,
}

impl Server {
    pub const MAX_PAYLOAD: usize = 1024;

    /// A socket is open: the server speaks first.
    pub fn accept(&mut self) -> Vec<u8> {
        self.subscriptions.clear();
        self.unread.clear();
        self.was_greeted = false;
        format!("INFO {{\"max_payload\":{},\"headers\":true}}\r\n", Self::MAX_PAYLOAD).into_bytes()
    }

    /// A WebSocket message of the client; returns the bytes that answer it.
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.largest = self.largest.max(bytes.len());
        self.unread.extend_from_slice(bytes);
        let mut answer = Vec::new();
        while let Some(line) = self.take_line() {
            let words: Vec<&str> = line.split(' ').collect();
            assert!(self.was_greeted || words[0] == "CONNECT", "{line} before CONNECT");
            match words[0] {
                "CONNECT" => self.was_greeted = true,
                "PING" => {
                    self.pings += 1;
                    answer.extend_from_slice(b"PONG\r\n");
                }
                "PONG" => {}
                "SUB" => self.subscribe(&words[1..]),
                "UNSUB" => self.unsubscribe(&words[1..]),
                "PUB" => {
                    let payload = self.take_body(words[words.len() - 1]);
                    answer.extend(self.deliver(
                        words[1],
                        if words.len() == 4 { words[2] } else { "" },
                        &payload,
                    ));
                    self.published.push((words[1].into(), payload));
                }
                _ => panic!("the client said {line}"),
            }
        }
        answer
    }

    /// The MSGs a publish leads to.
    pub fn deliver(&mut self, subject: &str, reply: &str, payload: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let mut groups = Vec::new();
        let mut ended = Vec::new();
        for (&sid, it) in &mut self.subscriptions {
            if !matches(&it.subject, subject) || groups.contains(&it.queue) {
                continue;
            }
            if !it.queue.is_empty() {
                groups.push(it.queue.clone());
            }
            it.delivered += 1;
            if it.max > 0 && it.delivered >= it.max {
                ended.push(sid);
            }
            let reply = if reply.is_empty() { String::new() } else { format!("{reply} ") };
            out.extend(format!("MSG {subject} {sid} {reply}{}\r\n{payload}\r\n", payload.len()).into_bytes());
        }
        for sid in ended {
            self.subscriptions.remove(&sid);
        }
        out
    }

    /// An op without the body it waits for is left for the next message.
    fn take_line(&mut self) -> Option<String> {
        let end = self.unread.windows(2).position(|pair| pair == b"\r\n")?;
        let line = String::from_utf8(self.unread[..end].to_vec()).unwrap();
        if line.starts_with("PUB ") {
            let len: usize = line.rsplit(' ').next().unwrap().parse().unwrap();
            if self.unread.len() < end + 2 + len + 2 {
                return None;
            }
        }
        self.unread.drain(..end + 2);
        Some(line)
    }

    fn take_body(&mut self, len: &str) -> String {
        let len: usize = len.parse().unwrap();
        assert!(len <= Self::MAX_PAYLOAD, "a payload of {len} bytes");
        assert_eq!(&self.unread[len..len + 2], b"\r\n", "a payload of another length");
        let body = self.unread.drain(..len + 2).take(len).collect();
        String::from_utf8(body).unwrap()
    }

    fn subscribe(&mut self, words: &[&str]) {
        let sid = words[words.len() - 1].parse().unwrap();
        let queue = if words.len() == 3 { words[1] } else { "" };
        let it = Subscription { subject: words[0].into(), queue: queue.into(), max: 0, delivered: 0 };
        assert!(self.subscriptions.insert(sid, it).is_none(), "SUB {sid} twice");
    }

    fn unsubscribe(&mut self, words: &[&str]) {
        let sid = words[0].parse().unwrap();
        let max: u32 = words.get(1).map_or(0, |max| max.parse().unwrap());
        let Some(it) = self.subscriptions.get_mut(&sid) else { return };
        it.max = max;
        if max <= it.delivered {
            self.subscriptions.remove(&sid);
        }
    }
}

fn matches(pattern: &str, subject: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => subject.strip_prefix(prefix).is_some_and(|rest| !rest.contains('.')),
        None => pattern == subject,
    }
}
