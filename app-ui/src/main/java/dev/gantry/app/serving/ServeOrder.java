package dev.gantry.app.serving;

import java.util.ArrayList;
import java.util.List;

/// What is to be served, as `gantry serve` takes it.
///
/// @param model a name of the catalog, or a folder
/// @param adapters names of adapters or runs that are served beside it
/// @param port 0 for any that is free
/// @param device what computes, as `--device` takes it
public record ServeOrder(String model, List<String> adapters, int port, String device) {
    public static final int USUAL_PORT = 8484;
    public static final int LAST_PORT = 65535;
    private static final String AUTO = "auto";

    public ServeOrder {
        adapters = List.copyOf(adapters);
    }

    /// On the device that is chosen for you.
    public ServeOrder(String model, List<String> adapters, int port) {
        this(model, adapters, port, AUTO);
    }

    /// The arguments that a person would type.
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("serve", model));
        for (String adapter : adapters) {
            arguments.addAll(List.of("--adapter", adapter));
        }
        arguments.addAll(List.of("--port", String.valueOf(port)));
        if (!device.equals(AUTO)) {
            arguments.addAll(List.of("--device", device));
        }
        return arguments;
    }
}
