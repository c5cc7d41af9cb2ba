package stripebridge.cli.provision;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stripebridge.core.finding.Finding;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Change.AttributeChange;
import stripebridge.core.topology.plan.Plan;

/// A run as JSON or YAML, for programs.
///
/// @param outcomes the outcome of each step; null when nothing was applied
record ProvisionReport(
    String vpn,
    String sempVersion,
    PermittedPlan plan,
    List<Finding> findings,
    @Nullable Map<Step, Outcome> outcomes) {

  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("vpn", vpn);
    json.writeStringField("semp_version", sempVersion);
    json.writeArrayFieldStart("changes");
    for (Step step : plan.steps()) {
      step(json, step);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("left_out");
    for (Plan.LeftOut leftOut : plan.leftOut()) {
      json.writeStartObject();
      resource(json, leftOut.resource());
      json.writeStringField("attribute", leftOut.attribute());
      json.writeStringField("since", leftOut.since().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("findings");
    for (Finding finding : findings) {
      json.writeStartObject();
      json.writeStringField("id", finding.kind().id());
      json.writeStringField("severity", finding.kind().severity().word());
      json.writeStringField("sentence", finding.sentence());
      json.writeStringField("fix", finding.kind().fix());
      json.writeStringField("accepted", finding.accepted());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void step(JsonGenerator json, Step step) throws IOException {
    json.writeStartObject();
    resource(json, step.change().resource());
    json.writeStringField("action", action(step));
    json.writeStringField("reason", reason(step));
    List<AttributeChange> attributes = attributes(step.change());
    if (!attributes.isEmpty()) {
      json.writeArrayFieldStart("attributes");
      for (AttributeChange attribute : attributes) {
        json.writeStartObject();
        json.writeStringField("name", attribute.attribute());
        json.writeFieldName("old");
        value(json, attribute.old());
        json.writeFieldName("new");
        value(json, attribute.wanted());
        json.writeBooleanField("interrupts", attribute.interrupts());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    Outcome outcome = outcomes == null ? null : outcomes.get(step);
    if (outcome != null) {
      json.writeStringField("status", outcome.status().word());
      json.writeStringField("problem", outcome.problem().isEmpty() ? null : outcome.problem());
    }
    json.writeEndObject();
  }

  private static void resource(JsonGenerator json, Resource resource) throws IOException {
    json.writeStringField("type", resource.type());
    json.writeStringField("resource", resource.name());
    if (!resource.root().equals(resource)) {
      json.writeStringField("of", resource.owner());
    }
  }

  private static String action(Step step) {
    if (step.isBlocked()) {
      return "blocked";
    }
    return switch (step.change()) {
      case Change.Create _ -> "create";
      case Change.Update _ -> "update";
      case Change.Delete _ -> "delete";
      case Change.Keep _ -> "keep";
      case Change.Extra _ -> "extra";
      case Change.Foreign _ -> "foreign";
    };
  }

  private static @Nullable String reason(Step step) {
    return step.isBlocked()
        ? step.obstacle()
        : switch (step.change()) {
          case Change.Extra extra -> extra.reason().name().toLowerCase(Locale.ROOT);
          case Change.Foreign foreign -> foreign.missing() ? "missing" : "differs";
          case Change.Create _, Change.Update _, Change.Delete _, Change.Keep _ -> null;
        };
  }

  private static List<AttributeChange> attributes(Change change) {
    return switch (change) {
      case Change.Update(Resource _, List<AttributeChange> attributes) -> attributes;
      case Change.Foreign foreign -> foreign.differences();
      case Change.Create _, Change.Delete _, Change.Keep _, Change.Extra _ -> List.of();
    };
  }

  private static void value(JsonGenerator json, @Nullable AttributeValue value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case AttributeValue.Flag(boolean flag) -> json.writeBoolean(flag);
      case AttributeValue.Whole(long number) -> json.writeNumber(number);
      case AttributeValue.Text(String text) -> json.writeString(text);
      case AttributeValue.Threshold threshold -> json.writeString(threshold.toString());
      case AttributeValue.SecretReference reference -> json.writeString(reference.toString());
    }
  }
}
