package stripebridge.solace.admin;

import com.google.gson.JsonObject;

/// What SEMP answered.
sealed interface SempResponse {
  /// The request was done.
  ///
  /// @param body the whole envelope: `data`, `meta` and the rest
  record Done(JsonObject body) implements SempResponse {}

  /// The request was refused.
  ///
  /// @param httpStatus mostly 400, whatever the reason
  /// @param code tells the reasons apart; 0 without a code
  /// @param name of the code, such as `NOT_FOUND`
  /// @param description for people
  record Refusal(int httpStatus, int code, String name, String description)
      implements SempResponse {
    static final int NOT_FOUND = 6;
    static final int ALREADY_EXISTS = 10;
    static final int NOT_ALLOWED = 89;

    boolean isNotFound() {
      return code == NOT_FOUND || (code == 0 && httpStatus == 404);
    }

    boolean isAlreadyExists() {
      return code == ALREADY_EXISTS;
    }

    boolean isNotAllowed() {
      return code == NOT_ALLOWED;
    }

    /// The code of this reason is not published, so its name decides.
    boolean isInvalidPath() {
      return name.equals("INVALID_PATH");
    }
  }
}
