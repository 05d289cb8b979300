/** Puts the page together: one link, and the panels that use it. */
import { client } from "./client.js";
import { byId } from "./dom.js";
import { explainLoad } from "./errors.js";
import { Link } from "./link.js";
import { showError } from "./notice.js";
import { mountConnect } from "./panels/connect.js";
import { mountEvents } from "./panels/events.js";
import { mountInvitation } from "./panels/invitation.js";
import { mountLatency } from "./panels/latency.js";
import { mountMessageDetail } from "./panels/message-detail.js";
import { mountMessages } from "./panels/messages.js";
import { mountPublish } from "./panels/publish.js";
import { mountRequest } from "./panels/request.js";
import { mountResponder } from "./panels/responder.js";
import { mountState } from "./panels/state.js";
import { mountSubscriptions } from "./panels/subscriptions.js";
import { mountTabs } from "./panels/tabs.js";
import { mountTraffic } from "./panels/traffic.js";

const link = new Link();

const showDetail = mountMessageDetail(() => messages.release());
const messages = mountMessages(showDetail);
const subscriptions = mountSubscriptions(link, messages.push);

mountState(link, mountTraffic());
mountEvents(link);
mountTabs();
mountPublish(link);
mountRequest(link);
mountResponder(link);
mountLatency(link);
mountInvitation(link, subscriptions);

try {
  await client;
  // Last: it enables the Connect button and may connect at once, and everyone above wants to hear of it.
  mountConnect(link);
} catch (error) {
  showError(byId("connect-error"), explainLoad(error));
}
