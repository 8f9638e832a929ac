package dev.gantry.app.run;

import dev.gantry.app.Main;
import dev.gantry.engine.GantryException;
import dev.gantry.zoo.catalog.GantryHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The Java that trainers and the window's server run in: this program's own, with limits of its own.
///
/// @param java the executable
/// @param options flags of the JVM besides those that Gantry always needs
/// @param home where the trainer keeps tokenised data
public record TrainerJvm(Path java, String classPath, List<String> options, GantryHome home) {
    /// What the launchers pass too; a test compares them.
    static final List<String> ALWAYS = List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            "-DRUST_FLAVOR=cpu",
            "-DOPT_OUT_TRACKING=true");

    /// Tensors lie outside the Java heap, which holds rows of data and little else; serial collection leaves the cores
    /// to the kernels.
    private static final List<String> LIMITS = List.of("-XX:+UseSerialGC", "-Xms16m", "-XX:MaxRAMPercentage=15");

    public TrainerJvm {
        options = List.copyOf(options);
    }

    /// The Java of this very process; `GANTRY_JVM_OPTS` counts as it does for the launchers.
    public static TrainerJvm ofThisProgram(GantryHome home) {
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        Path java = Files.exists(bin.resolve("java.exe")) ? bin.resolve("java.exe") : bin.resolve("java");
        List<String> options = new ArrayList<>(LIMITS);
        for (String option : System.getenv().getOrDefault("GANTRY_JVM_OPTS", "").split("\\s+", -1)) {
            if (!option.isEmpty()) {
                options.add(option);
            }
        }
        return new TrainerJvm(java, System.getProperty("java.class.path"), options, home);
    }

    /// The command that runs Gantry with these arguments in a process that outlives the window.
    ///
    /// @param run where the JVM writes its report if it crashes
    /// @throws GantryException when there is no executable to start
    List<String> command(Path run, List<String> arguments) {
        return command(run.resolve(RunFiles.CRASH_REPORT), List.of("-Dgantry.session=own"), arguments);
    }

    /// The command that runs Gantry with these arguments in a process that is to end with this one.
    ///
    /// @param crashReport the file that the JVM writes if it crashes
    /// @throws GantryException when there is no executable to start
    public List<String> attached(Path crashReport, List<String> arguments) {
        return command(crashReport, List.of(), arguments);
    }

    private List<String> command(Path crashReport, List<String> properties, List<String> arguments) {
        if (!Files.isExecutable(java)) {
            throw GantryException.environment(
                    "TRAINER-NO-JAVA",
                    "cannot start a process",
                    "there is no " + java,
                    "Install a JDK and start Gantry with its launcher.");
        }
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(ALWAYS);
        command.addAll(options);
        command.add("-XX:ErrorFile=" + crashReport);
        command.add("-Dgantry.stderr=file");
        command.addAll(properties);
        command.add("-cp");
        command.add(classPath);
        command.add(Main.class.getName());
        command.addAll(arguments);
        return command;
    }
}
