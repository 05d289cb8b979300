//! Which server to dial. Owns the order, what is known of each server, and who leaves the pool; when to dial is the
//! session's business.

use super::config::Server;
use crate::core::random::{Entropy, random};
use crate::core::text::cut;
use crate::core::time::Instant;

/// A server of the pool, and its history there.
#[derive(Clone, Debug)]
pub struct Member {
    pub server: Server,
    /// From an INFO; the shell did not name it.
    is_learnt: bool,
    /// Dials in a row that failed: 0 again when a handshake goes through.
    pub attempts: u32,
    /// When it was dialled last; `None`: never.
    pub last_dial: Option<Instant>,
    /// A handshake with it went through, be it long ago.
    pub did_connect: bool,
    /// A new list is without it: it is only here as long as it is the current one.
    is_leaving: bool,
}

impl Member {
    fn new(server: Server, is_learnt: bool) -> Member {
        Member { server, is_learnt, attempts: 0, last_dial: None, did_connect: false, is_leaving: false }
    }
}

#[derive(Debug)]
pub struct ServerPool {
    /// The current server is the first, once one was chosen.
    members: Vec<Member>,
    has_current: bool,
    shuffle: bool,
}

/// What an INFO changed, as `host:port`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub added: Vec<String>,
    pub deleted: Vec<String>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.deleted.is_empty()
    }
}

impl ServerPool {
    pub fn new(servers: &[Server], shuffle: bool, entropy: &mut dyn Entropy) -> ServerPool {
        let mut members: Vec<Member> =
            servers.iter().map(|server| Member::new(server.clone(), false)).collect();
        if shuffle {
            shuffled(&mut members, entropy);
        }
        ServerPool { members, has_current: false, shuffle }
    }

    /// Replaces all servers, those learnt from INFO too. A server that is in the new list as well keeps what is known
    /// of it. The current one stays current; when the list is without it, until the next is chosen.
    pub fn replace(&mut self, servers: &[Server], entropy: &mut dyn Entropy) {
        let mut next = ServerPool::new(servers, self.shuffle, entropy);
        for member in &mut next.members {
            if let Some(known) = self.members.iter().find(|it| it.server.name == member.server.name) {
                member.attempts = known.attempts;
                member.last_dial = known.last_dial;
                member.did_connect = known.did_connect;
            }
        }
        if let Some(current) = self.current() {
            match next.members.iter().position(|it| it.server.name == current.server.name) {
                Some(at) => next.members.rotate_left(at),
                None => next.members.insert(0, Member { is_leaving: true, ..current.clone() }),
            }
            next.has_current = true;
        }
        *self = next;
    }

    /// Whether the current server is not in the list that replaced the one it was chosen from.
    pub fn current_is_leaving(&self) -> bool {
        self.current().is_some_and(|it| it.is_leaving)
    }

    /// The server chosen last, if it is still in the pool.
    pub fn current(&self) -> Option<&Member> {
        self.members.first().filter(|_| self.has_current)
    }

    pub fn current_mut(&mut self) -> Option<&mut Member> {
        self.members.first_mut().filter(|_| self.has_current)
    }

    /// Moves on to the next server: the one that was current comes last. `None` when the pool is empty.
    pub fn choose_next(&mut self) -> Option<&Member> {
        if self.current_is_leaving() {
            self.members.remove(0);
        } else if self.has_current {
            self.members.rotate_left(1);
        }
        self.has_current = !self.members.is_empty();
        self.members.first()
    }

    /// Makes another server the current one, counted from that on: the one that was comes after it.
    pub fn prefer(&mut self, place: usize) {
        if let Some(before) = self.members.get_mut(..=place) {
            before.rotate_right(1);
        }
    }

    pub fn remove_current(&mut self) {
        if self.has_current {
            self.members.remove(0);
            self.has_current = false;
        }
    }

    /// In the order they will be tried: the current one comes last.
    pub fn in_order(&self) -> impl Iterator<Item = &Member> {
        let turned = usize::from(self.has_current).min(self.members.len());
        let members = self.members[turned..].iter().chain(&self.members[..turned]);
        members.filter(|it| !it.is_leaving)
    }

    /// Takes over the cluster's listeners from an INFO of the current server. Servers that were learnt earlier and are
    /// no longer named leave the pool, except the current one; servers of the configuration stay. An INFO without
    /// listeners says nothing.
    pub fn update(&mut self, connect_urls: &[String], entropy: &mut dyn Entropy) -> Changes {
        let mut changes = Changes::default();
        let Some(current) = self.current().filter(|_| !connect_urls.is_empty()) else { return changes };
        let scheme = cut(&current.server.url, "://").map_or("wss", |(scheme, _)| scheme).to_owned();
        let current = current.server.name.clone();
        self.members.retain(|it| {
            let stays = !it.is_learnt || it.server.name == current || connect_urls.contains(&it.server.name);
            if !stays {
                changes.deleted.push(it.server.name.clone());
            }
            stays
        });
        let mut added = Vec::new();
        for name in connect_urls {
            let is_known = |it: &Member| it.server.name == *name;
            if !self.members.iter().any(is_known) && !added.iter().any(is_known) {
                let server = Server { url: [&scheme, "://", name].concat(), name: name.clone() };
                added.push(Member::new(server, true));
            }
        }
        if self.shuffle {
            // Every client hears the same order: without this they would all move to the same server.
            shuffled(&mut added, entropy);
        }
        changes.added = added.iter().map(|it| it.server.name.clone()).collect();
        self.members.extend(added);
        changes
    }
}

fn shuffled(members: &mut [Member], entropy: &mut dyn Entropy) {
    for last in (1..members.len()).rev() {
        members.swap(last, (random(entropy) % (last as u64 + 1)) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counter(u8);

    impl Entropy for Counter {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_mul(5).wrapping_add(7);
                *byte = self.0;
            }
        }
    }

    fn pool(names: &[&str], shuffle: bool) -> ServerPool {
        let servers: Vec<Server> =
            names.iter().map(|name| Server { url: format!("ws://{name}"), name: name.to_string() }).collect();
        ServerPool::new(&servers, shuffle, &mut Counter(1))
    }

    fn order_of(pool: &ServerPool) -> Vec<String> {
        pool.in_order().map(|it| it.server.name.clone()).collect()
    }

    fn urls(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn servers_take_turns() {
        let mut pool = pool(&["a:1", "b:1", "c:1"], false);
        let chosen: Vec<String> = (0..4).map(|_| pool.choose_next().unwrap().server.name.clone()).collect();
        assert_eq!(chosen, ["a:1", "b:1", "c:1", "a:1"]);
        assert_eq!(order_of(&pool), ["b:1", "c:1", "a:1"]);
        pool.remove_current();
        assert!(pool.current().is_none());
        assert_eq!(pool.choose_next().unwrap().server.name, "b:1");
    }

    #[test]
    fn a_preferred_server_goes_before_the_one_whose_turn_it_was() {
        let mut pool = pool(&["a:1", "b:1", "c:1"], false);
        pool.choose_next();
        pool.prefer(2);
        assert_eq!(pool.current().unwrap().server.name, "c:1");
        assert_eq!(pool.choose_next().unwrap().server.name, "a:1");
        assert_eq!(order_of(&pool), ["b:1", "c:1", "a:1"]);
        pool.prefer(0);
        assert_eq!(pool.current().unwrap().server.name, "a:1");
    }

    #[test]
    fn the_pool_follows_info() {
        let mut pool = pool(&["a:1", "b:1"], false);
        pool.choose_next();
        let changes = pool.update(&urls(&["a:1", "c:1", "d:1", "c:1"]), &mut Counter(1));
        assert_eq!(changes, Changes { added: urls(&["c:1", "d:1"]), deleted: vec![] });
        assert_eq!(order_of(&pool), ["b:1", "c:1", "d:1", "a:1"]);
        assert!(pool.update(&[], &mut Counter(1)).is_empty());
        let changes = pool.update(&urls(&["d:1"]), &mut Counter(1));
        assert_eq!(changes, Changes { added: vec![], deleted: urls(&["c:1"]) });
        assert_eq!(order_of(&pool), ["b:1", "d:1", "a:1"]);
    }

    #[test]
    fn the_current_server_stays_and_lends_its_scheme() {
        let mut pool = pool(&["a:1"], false);
        pool.choose_next();
        pool.update(&urls(&["c:1"]), &mut Counter(1));
        assert_eq!(pool.choose_next().unwrap().server.url, "ws://c:1");
        assert!(pool.update(&urls(&["d:1"]), &mut Counter(1)).deleted.is_empty());
        pool.choose_next();
        assert_eq!(pool.update(&urls(&["d:1"]), &mut Counter(1)).deleted, ["c:1"]);
    }

    #[test]
    fn a_new_list_keeps_the_current_server_and_what_is_known() {
        let list = |names: &[&str]| -> Vec<Server> {
            names
                .iter()
                .map(|name| Server { url: format!("ws://{name}/new"), name: name.to_string() })
                .collect()
        };
        let mut pool = pool(&["a:1", "b:1"], false);
        pool.choose_next().unwrap();
        pool.current_mut().unwrap().attempts = 3;
        pool.current_mut().unwrap().last_dial = Some(Instant::from_micros(7));
        pool.current_mut().unwrap().did_connect = true;
        pool.replace(&list(&["c:1", "a:1"]), &mut Counter(1));
        let current = pool.current().unwrap();
        assert_eq!((&*current.server.url, current.attempts), ("ws://a:1/new", 3));
        assert_eq!((current.last_dial, current.did_connect), (Some(Instant::from_micros(7)), true));
        assert_eq!(order_of(&pool), ["c:1", "a:1"]);

        pool.replace(&list(&["d:1", "e:1"]), &mut Counter(1));
        assert_eq!(pool.current().unwrap().server.name, "a:1");
        assert!(pool.current_is_leaving());
        assert_eq!(order_of(&pool), ["d:1", "e:1"]);
        assert_eq!(pool.choose_next().unwrap().server.name, "d:1");
        assert_eq!(order_of(&pool), ["e:1", "d:1"]);
    }

    #[test]
    fn shuffling_keeps_every_server() {
        let names = ["a:1", "b:1", "c:1", "d:1", "e:1"];
        let pool = pool(&names, true);
        let mut order = order_of(&pool);
        assert_ne!(order, names);
        order.sort();
        assert_eq!(order, names);
    }
}
