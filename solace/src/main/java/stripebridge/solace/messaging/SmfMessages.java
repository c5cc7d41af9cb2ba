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
import com.solacesystems.jcsmp.User_Cos;
import com.solacesystems.jcsmp.XMLContentMessage;
import com.solacesystems.jcsmp.XMLMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.MessageContent.Extras;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueMessage;

/// Converts the client's messages to core's and back.
///
/// Received messages are read-only, so a copy is always a new message. It keeps everything that the
/// client can read of a message, as the client's own copies do, except that copies are PERSISTENT:
/// of other messages the broker need not report the loss.
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
    Payload payload = payload(message);
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
        extras(message, payload.kind()),
        payload);
  }

  private static @Nullable Destination replyTo(BytesXMLMessage message) {
    return message.getReplyTo() == null ? null : SdtValues.destination(message.getReplyTo());
  }

  // Deliver-to-one is deprecated, but publishers set it.
  @SuppressWarnings("deprecation")
  private static Extras extras(BytesXMLMessage message, Payload.Kind kind) {
    Extras.Format format =
        new Extras.Format(message.getStructuredMsgType(), message.isStructuredMsg());
    return new Extras(
        message.getUserData(),
        classOfService(message.getCos()),
        message.isElidingEligible(),
        message.getDeliverToOne(),
        message.isReplyMessage(),
        message.getExpiration(),
        message.getDeliveryMode() == DeliveryMode.PERSISTENT,
        format.equals(format(kind)) ? null : format);
  }

  /// The format fields that messages of a kind usually have.
  private static Extras.Format format(Payload.Kind kind) {
    return switch (kind) {
      case TEXT -> new Extras.Format(XMLMessage.STRUCTURED_TEXT_MESSAGE, true);
      case MAP -> new Extras.Format(XMLMessage.STRUCTURED_MAP_MESSAGE, true);
      case STREAM -> new Extras.Format(XMLMessage.STRUCTURED_STREAM_MESSAGE, true);
      case XML -> new Extras.Format(XMLMessage.UNSTRUCTURED_XML_MESSAGE, false);
      case BYTES -> new Extras.Format(XMLMessage.UNSTRUCTURED_MESSAGE, false);
    };
  }

  private static Payload payload(BytesXMLMessage message) {
    byte[] xml = new byte[message.getContentLength()];
    message.readContentBytes(xml);
    byte[] attachment = attachment(message);
    return switch (message) {
      case TextMessage text -> {
        byte[] utf8 = attachment == null ? null : utf8(text);
        // Bytes that are not text, or text that UTF-8 cannot encode, stay bytes.
        boolean isText = attachment == null || utf8 != null;
        yield new Payload(
            isText ? Payload.Kind.TEXT : Payload.Kind.BYTES, isText ? utf8 : attachment, xml, null);
      }
      case MapMessage map ->
          new Payload(
              Payload.Kind.MAP,
              attachment,
              xml,
              read(() -> map.getMap() == null ? null : SdtValues.of(map.getMap())));
      case StreamMessage stream ->
          new Payload(
              Payload.Kind.STREAM,
              attachment,
              xml,
              read(() -> stream.getStream() == null ? null : SdtValues.of(stream.getStream())));
      case XMLContentMessage _ -> new Payload(Payload.Kind.XML, attachment, xml, null);
      default -> new Payload(Payload.Kind.BYTES, attachment, xml, null);
    };
  }

  private interface Structure {
    @Nullable Object read() throws SDTException;
  }

  /// A malformed structure is shown as bytes.
  private static @Nullable Object read(Structure structure) {
    try {
      return structure.read();
    } catch (SDTException | RuntimeException _) {
      return null;
    }
  }

  private static byte @Nullable [] utf8(TextMessage message) {
    if (!(read(message::getText) instanceof String text)) {
      return null;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // Half a surrogate pair becomes a question mark.
    return new String(bytes, StandardCharsets.UTF_8).equals(text) ? bytes : null;
  }

  private static byte @Nullable [] attachment(BytesXMLMessage message) {
    if (!message.hasAttachment()) {
      return null;
    }
    byte[] bytes = new byte[message.getAttachmentContentLength()];
    // A duplicate, since the message's own buffer can be read only once.
    message.getAttachmentByteBuffer().duplicate().get(bytes);
    return bytes;
  }

  /// A guaranteed message with this content.
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
    addExtras(content.extras(), message);
    return message;
  }

  @SuppressWarnings("deprecation")
  private static void addExtras(Extras extras, BytesXMLMessage message) {
    if (extras.userData() != null) {
      message.setUserData(extras.userData());
    }
    message.setCos(cos(extras.classOfService()));
    message.setElidingEligible(extras.elidingEligible());
    message.setDeliverToOne(extras.deliverToOne());
    message.setAsReplyMessage(extras.isReply());
    if (extras.expiration() != 0) {
      message.setExpiration(extras.expiration());
    }
    Extras.Format format = extras.format();
    if (format != null) {
      message.setStructuredMsgType((byte) format.number());
      message.setStructuredMsg(format.isStructured());
    }
  }

  private static int classOfService(User_Cos cos) {
    return switch (cos) {
      case USER_COS_1 -> 1;
      case USER_COS_2 -> 2;
      case USER_COS_3 -> 3;
    };
  }

  private static User_Cos cos(int classOfService) {
    return switch (classOfService) {
      case 2 -> User_Cos.USER_COS_2;
      case 3 -> User_Cos.USER_COS_3;
      default -> User_Cos.USER_COS_1;
    };
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
    byte[] attachment = payload.attachment();
    if (attachment != null) {
      if (message instanceof TextMessage text) {
        text.setText(new String(attachment, StandardCharsets.UTF_8));
      } else {
        message.writeAttachment(attachment);
      }
    }
    return message;
  }
}
