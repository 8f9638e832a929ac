package dev.gantry.engine.cpu.onednn;

/// A function of oneDNN returned an error.
final class OneDnnException extends RuntimeException {

    OneDnnException(String function, int status) {
        super(function + " returned status " + status + " (" + meaning(status) + ")");
    }

    private static String meaning(int status) {
        return switch (status) {
            case 1 -> "out of memory";
            case 2 -> "invalid arguments";
            case 3 -> "unimplemented";
            case 4 -> "last implementation reached";
            case 5 -> "runtime error";
            case 6 -> "not required";
            default -> "see dnnl_status_t";
        };
    }
}
