package dev.gantry.app.server;

import org.jspecify.annotations.Nullable;

/// A request that is refused, as a client of OpenAI's API reads it.
final class ApiException extends RuntimeException {
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int TOO_LARGE = 413;
    static final int UNSUPPORTED_TYPE = 415;
    static final int MISDIRECTED = 421;
    static final int BUSY = 429;
    static final int DEFECT = 500;
    static final int CLOSING = 503;

    private final int status;
    private final String type;
    private final String code;
    private final @Nullable String parameter;

    /// @param status of HTTP
    /// @param type such as `invalid_request_error`
    /// @param parameter the field of the request that is wrong, or null
    ApiException(int status, String type, String code, @Nullable String parameter, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.parameter = parameter;
    }

    /// A field of a request is missing, wrong, or asks for what this server does not do.
    static ApiException invalid(String parameter, String message) {
        return new ApiException(BAD_REQUEST, "invalid_request_error", "invalid_value", parameter, message);
    }

    static ApiException refused(int status, String code, String message) {
        return new ApiException(status, "invalid_request_error", code, null, message);
    }

    int status() {
        return status;
    }

    /// The body that clients know.
    Replies.ErrorReply reply() {
        return new Replies.ErrorReply(new Replies.ErrorDetail(String.valueOf(getMessage()), type, parameter, code));
    }
}
