package dev.gantry.engine.cpu.onednn;

/// oneDNN cannot be used here; the message says why. The kernels over the Vector API do its work.
public final class OneDnnUnavailableException extends RuntimeException {

    public OneDnnUnavailableException(String message) {
        super(message);
    }

    public OneDnnUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
