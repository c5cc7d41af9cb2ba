package stripebridge.stripe.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One call of a [Recipe]. `${name}` in the path and in values stands for what an earlier step
/// saved.
///
/// @param saves a name for each path in the response to keep, such as `ch` for `latest_charge`; for
///   a declined card the response is Stripe's error
/// @param isDeclined whether the card must be declined: 402 is then the expected status
/// @param undo calls that remove what this call created, in this order; failed ones are reported
record Step(Call call, Map<String, String> saves, boolean isDeclined, List<Call> undo) {

  /// One request.
  ///
  /// @param path below `/v1/`
  /// @param parameters form parameters, in order
  record Call(Method method, String path, Map<String, String> parameters) {}

  enum Method {
    GET,
    POST,
    DELETE
  }

  static Step post(String path, String... parameters) {
    return of(Method.POST, path, parameters);
  }

  static Step get(String path) {
    return of(Method.GET, path);
  }

  static Step delete(String path) {
    return of(Method.DELETE, path);
  }

  private static Step of(Method method, String path, String... parameters) {
    return new Step(new Call(method, path, form(parameters)), Map.of(), false, List.of());
  }

  /// The same, keeping the value at a path of the response.
  Step saving(String name, String at) {
    Map<String, String> more = new LinkedHashMap<>(saves);
    more.put(name, at);
    return new Step(call, more, isDeclined, undo);
  }

  /// The same with a card that is declined.
  Step declined() {
    return new Step(call, saves, true, undo);
  }

  /// The same, undone by a change to the created object.
  Step undonePost(String path, String... parameters) {
    return undone(new Call(Method.POST, path, form(parameters)));
  }

  /// The same, undone by deleting the created object.
  Step undoneDelete(String path) {
    return undone(new Call(Method.DELETE, path, Map.of()));
  }

  private Step undone(Call more) {
    List<Call> all = new ArrayList<>(undo);
    all.add(more);
    return new Step(call, saves, isDeclined, List.copyOf(all));
  }

  private static Map<String, String> form(String... parameters) {
    Map<String, String> form = new LinkedHashMap<>();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      form.put(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    return form;
  }
}
