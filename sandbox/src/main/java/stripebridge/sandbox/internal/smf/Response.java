package stripebridge.sandbox.internal.smf;

/// A response code and phrase. Clients derive their error subcode from the kind of request, the
/// code and the phrase together.
public record Response(int code, String phrase) {
  public static final Response OK = new Response(200, "OK");

  /// No response parameter at all.
  static final Response NONE = new Response(0, "");

  public boolean isOk() {
    return code == 200;
  }

  @Override
  public String toString() {
    return code + " " + phrase;
  }
}
