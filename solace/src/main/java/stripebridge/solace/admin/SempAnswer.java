package stripebridge.solace.admin;

import com.google.gson.JsonObject;

/// What the broker answered in its own language.
sealed interface SempAnswer {
  /// It did what was asked.
  ///
  /// @param body the whole envelope: `data`, `meta` and what else there is
  record Done(JsonObject body) implements SempAnswer {}

  /// It did not.
  ///
  /// @param httpStatus mostly 400, whatever the reason
  /// @param code what tells the reasons apart; 0 when the answer has none
  /// @param name of the code, such as `NOT_FOUND`
  /// @param description for people
  record Refusal(int httpStatus, int code, String name, String description) implements SempAnswer {
    private static final int NOT_FOUND = 6;
    private static final int ALREADY_EXISTS = 10;
    private static final int NOT_ALLOWED = 89;

    boolean isNotFound() {
      return code == NOT_FOUND || (code == 0 && httpStatus == 404);
    }

    boolean isAlreadyExists() {
      return code == ALREADY_EXISTS;
    }

    boolean isNotAllowed() {
      return code == NOT_ALLOWED;
    }

    /// No number of this reason is published, so its name has to do.
    boolean isInvalidPath() {
      return name.equals("INVALID_PATH");
    }
  }
}
