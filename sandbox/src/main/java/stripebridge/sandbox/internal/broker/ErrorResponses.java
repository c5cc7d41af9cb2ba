package stripebridge.sandbox.internal.broker;

import stripebridge.sandbox.internal.smf.Response;

/// The broker's error responses. Clients derive their error subcodes from these codes and phrases
/// (documented with the client library).
final class ErrorResponses {
  static final Response UNAUTHORIZED = new Response(401, "Unauthorized");
  static final Response VPN_NOT_ALLOWED = new Response(403, "Message VPN Not Allowed");
  static final Response VPN_UNAVAILABLE = new Response(503, "Message VPN Unavailable");
  static final Response FORBIDDEN = new Response(403, "Forbidden");
  static final Response USERNAME_SHUTDOWN = new Response(403, "Client Username Is Shutdown");
  static final Response BASIC_SHUTDOWN = new Response(403, "Basic Authentication Is Shutdown");
  static final Response NAME_IN_USE = new Response(403, "Client Name Already In Use");
  static final Response NAME_INVALID = new Response(400, "Client Name Parse Error");
  static final Response TOO_MANY_CLIENTS = new Response(503, "Too Many Clients");
  static final Response SERVICE_UNAVAILABLE = new Response(503, "Service Unavailable");

  static final Response PUBLISH_DENIED = new Response(403, "Publish ACL Denied");
  static final Response NO_MATCH = new Response(503, "No Subscription Match");
  static final Response QUEUE_NOT_FOUND = new Response(400, "Queue Not Found");
  static final Response TOO_LARGE = new Response(400, "Document Is Too Large");
  static final Response OVER_QUOTA = new Response(503, "Spool Over Quota. Queue limit exceeded");
  static final Response VPN_OVER_QUOTA =
      new Response(503, "Spool Over Quota. Message VPN limit exceeded");
  static final Response SPOOL_FULL =
      new Response(503, "Spool Over Quota. Message spool limit exceeded");
  static final Response TOPIC_INVALID = new Response(400, "Topic Parse Error");

  static final Response QUEUE_SHUTDOWN = new Response(503, "Queue Shutdown");
  static final Response UNKNOWN_QUEUE = new Response(503, "Unknown Queue");
  static final Response UNKNOWN_TOPIC_ENDPOINT =
      new Response(503, "Unknown Durable Topic Endpoint");
  static final Response TOO_MANY_BINDS = new Response(503, "Max Clients Exceeded For Queue");
  static final Response BROWSING_PARTITIONS =
      new Response(403, "Browsing Not Supported on Partitioned Queue");
  static final Response NOT_PERMITTED = new Response(403, "Permission Not Allowed");
  static final Response SELECTOR_UNSUPPORTED = new Response(400, "Invalid Selector");
  static final Response INVALID_DURABILITY =
      new Response(400, "Invalid Queue or Topic Endpoint Durability");
  static final Response INVALID_FLOW = new Response(400, "Invalid FlowId");
  static final Response ENDPOINT_EXISTS = new Response(400, "Endpoint Already Exists");
  static final Response QUOTA_OUT_OF_RANGE = new Response(400, "Quota Out Of Range");
  static final Response NOT_SUPPORTED = new Response(400, "Not Supported");

  static final Response SUBSCRIPTION_EXISTS = new Response(400, "Subscription Already Exists");
  static final Response SUBSCRIPTION_MISSING = new Response(400, "Subscription Not Found");
  static final Response SUBSCRIPTION_INVALID = new Response(400, "Subscription Parse Error");
  static final Response SUBSCRIPTION_DENIED = new Response(403, "Subscription ACL Denied");
  static final Response TOO_MANY_SUBSCRIPTIONS =
      new Response(400, "Max Num Subscriptions Exceeded");

  private ErrorResponses() {}
}
