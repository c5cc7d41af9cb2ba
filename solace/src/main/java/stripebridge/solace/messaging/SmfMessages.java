package stripebridge.solace.messaging;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.MapMessage;
import com.solacesystems.jcsmp.ReplicationGroupMessageId;
import com.solacesystems.jcsmp.SDTException;
import com.solacesystems.jcsmp.StreamMessage;
import com.solacesystems.jcsmp.TextMessage;
import com.solacesystems.jcsmp.XMLContentMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueMessage;

/// The client's messages in core's words, and back.
///
/// What is received is read-only to the client, so that a copy is always made anew. Not carried
/// over, because nothing of the bridge or of Stripe has them: user data (the deprecated one of XML
/// messages), binary metadata, class of service and eliding.
final class SmfMessages {
  private SmfMessages() {}

  static QueueMessage read(BytesXMLMessage message) throws SDTException {
    return new QueueMessage(
        id(message), message.getRedelivered(), deliveryCount(message), of(message));
  }

  private static @Nullable String id(BytesXMLMessage message) {
    ReplicationGroupMessageId id = message.getReplicationGroupMessageId();
    return id == null ? null : id.toString();
  }

  private static OptionalInt deliveryCount(BytesXMLMessage message) {
    return message.isDeliveryCountSupported()
        ? OptionalInt.of(message.getDeliveryCount())
        : OptionalInt.empty();
  }

  private static MessageContent of(BytesXMLMessage message) throws SDTException {
    return new MessageContent(
        SdtValues.destination(message.getDestination()),
        message.getApplicationMessageId(),
        message.getCorrelationId(),
        message.getApplicationMessageType(),
        message.getHTTPContentType(),
        message.getHTTPContentEncoding(),
        message.getSenderId(),
        message.getSenderTimestamp(),
        message.getSequenceNumber(),
        replyTo(message),
        message.getPriority(),
        Duration.ofMillis(message.getTimeToLive()),
        message.isDMQEligible(),
        SdtValues.of(message.getProperties()),
        payload(message));
  }

  private static @Nullable Destination replyTo(BytesXMLMessage message) {
    return message.getReplyTo() == null ? null : SdtValues.destination(message.getReplyTo());
  }

  private static Payload payload(BytesXMLMessage message) {
    byte[] xml = new byte[message.getContentLength()];
    message.readContentBytes(xml);
    return switch (message) {
      case TextMessage text -> {
        String value = text.getText();
        yield new Payload(
            Payload.Kind.TEXT,
            value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8),
            // A text may travel as the XML content; it is the same text.
            text.hasAttachment() ? xml : new byte[0],
            null);
      }
      case MapMessage map ->
          new Payload(
              Payload.Kind.MAP,
              attachment(message),
              xml,
              read(() -> map.getMap() == null ? null : SdtValues.of(map.getMap())));
      case StreamMessage stream ->
          new Payload(
              Payload.Kind.STREAM,
              attachment(message),
              xml,
              read(() -> stream.getStream() == null ? null : SdtValues.of(stream.getStream())));
      case XMLContentMessage _ -> new Payload(Payload.Kind.XML, attachment(message), xml, null);
      default -> new Payload(Payload.Kind.BYTES, attachment(message), xml, null);
    };
  }

  private interface Structure {
    @Nullable Object read() throws SDTException;
  }

  /// Who publishes rubbish gets it shown as bytes.
  private static @Nullable Object read(Structure structure) {
    try {
      return structure.read();
    } catch (SDTException | RuntimeException _) {
      return null;
    }
  }

  private static byte[] attachment(BytesXMLMessage message) {
    byte[] bytes = new byte[message.getAttachmentContentLength()];
    message.readAttachmentBytes(bytes);
    return bytes;
  }

  /// A guaranteed message of that content.
  static BytesXMLMessage write(long correlation, MessageContent content, boolean last)
      throws SDTException {
    BytesXMLMessage message = withPayload(content.payload());
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    message.setCorrelationKey(correlation);
    message.setAckImmediately(last);
    message.setTimeToLive(content.timeToLive().toMillis());
    message.setDMQEligible(content.dmqEligible());
    if (content.priority() >= 0) {
      message.setPriority(content.priority());
    }
    if (content.applicationMessageId() != null) {
      message.setApplicationMessageId(content.applicationMessageId());
    }
    if (content.correlationId() != null) {
      message.setCorrelationId(content.correlationId());
    }
    if (content.applicationMessageType() != null) {
      message.setApplicationMessageType(content.applicationMessageType());
    }
    if (content.contentType() != null) {
      message.setHTTPContentType(content.contentType());
    }
    if (content.contentEncoding() != null) {
      message.setHTTPContentEncoding(content.contentEncoding());
    }
    if (content.senderId() != null) {
      message.setSenderId(content.senderId());
    }
    if (content.senderTimestamp() != null) {
      message.setSenderTimestamp(content.senderTimestamp());
    }
    if (content.sequenceNumber() != null) {
      message.setSequenceNumber(content.sequenceNumber());
    }
    if (content.replyTo() != null) {
      message.setReplyTo(SdtValues.destination(content.replyTo()));
    }
    if (!content.userProperties().isEmpty()) {
      message.setProperties(SdtValues.map(content.userProperties()));
    }
    return message;
  }

  private static BytesXMLMessage withPayload(Payload payload) {
    JCSMPFactory factory = JCSMPFactory.onlyInstance();
    BytesXMLMessage message =
        switch (payload.kind()) {
          case TEXT -> factory.createMessage(TextMessage.class);
          case MAP -> factory.createMessage(MapMessage.class);
          case STREAM -> factory.createMessage(StreamMessage.class);
          case XML -> factory.createMessage(XMLContentMessage.class);
          case BYTES -> factory.createMessage(BytesMessage.class);
        };
    if (payload.xml().length > 0) {
      message.writeBytes(payload.xml());
    }
    if (payload.attachment().length > 0) {
      if (message instanceof TextMessage text) {
        text.setText(new String(payload.attachment(), StandardCharsets.UTF_8));
      } else {
        message.writeAttachment(payload.attachment());
      }
    }
    return message;
  }
}
