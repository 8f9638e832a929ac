package dev.gantry.installers;

import dev.gantry.engine.GantryException;
import java.util.List;
import java.util.Locale;

/// A system that packages are made for, and where libraries keep what they bring for it.
public enum Platform {
    LINUX_X64(Family.LINUX, "x86_64"),
    LINUX_ARM64(Family.LINUX, "aarch64"),
    MAC_X64(Family.MAC, "x86_64"),
    MAC_ARM64(Family.MAC, "aarch64"),
    WINDOWS_X64(Family.WINDOWS, "x86_64");

    /// What the systems have in common that differ in their processors alone.
    public enum Family {
        LINUX,
        MAC,
        WINDOWS
    }

    /// oneDNN is bundled for this one; the two libraries of it that are used, see `engine`.
    private static final List<String> ONEDNN =
            List.of("dnnl/linux-x86_64/libdnnl.so.3", "dnnl/linux-x86_64/libgomp.so.1");

    private final Family family;
    private final String machine;

    Platform(Family family, String machine) {
        this.family = family;
        this.machine = machine;
    }

    /// The system this process runs on; packages are made on the system that they are for.
    ///
    /// @throws GantryException when none of the program's native libraries come for it
    static Platform current() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    static Platform of(String operatingSystem, String architecture) {
        String system = operatingSystem.toLowerCase(Locale.ROOT);
        boolean arm = architecture.equals("aarch64") || architecture.equals("arm64");
        boolean intel = architecture.equals("amd64") || architecture.equals("x86_64");
        if (system.startsWith("linux") && (arm || intel)) {
            return arm ? LINUX_ARM64 : LINUX_X64;
        }
        if (system.startsWith("mac") && (arm || intel)) {
            return arm ? MAC_ARM64 : MAC_X64;
        }
        if (system.startsWith("windows") && intel) {
            return WINDOWS_X64;
        }
        throw GantryException.environment(
                "PACKAGE-SYSTEM",
                "cannot package Gantry here",
                "there are no packages for " + operatingSystem + " on " + architecture,
                "package it on Linux, Windows or macOS on an x86-64 or (but for Windows) an ARM processor");
    }

    Family family() {
        return family;
    }

    /// The processor, as in the name of an archive.
    String machine() {
        return machine;
    }

    /// The processor as Debian calls it.
    String debianMachine() {
        return machine.equals("aarch64") ? "arm64" : "amd64";
    }

    /// Whether the program may load this entry of a jar here.
    boolean keeps(String entry) {
        if (!isNative(entry) || isOfJavaFx(entry)) {
            return true;
        }
        return folders().stream().anyMatch(entry::contains)
                || (this == LINUX_X64 && ONEDNN.stream().anyMatch(entry::endsWith));
    }

    /// Of the tokenizers, Zstandard, Snappy and JNA.
    private List<String> folders() {
        return switch (this) {
            case LINUX_X64 ->
                List.of("native/lib/linux-x86_64/", "linux/amd64/", "native/Linux/x86_64/", "jna/linux-x86-64/");
            case LINUX_ARM64 ->
                List.of("native/lib/linux-aarch64/", "linux/aarch64/", "native/Linux/aarch64/", "jna/linux-aarch64/");
            case MAC_X64 ->
                List.of("native/lib/osx-x86_64/", "darwin/x86_64/", "native/Mac/x86_64/", "jna/darwin-x86-64/");
            case MAC_ARM64 ->
                List.of("native/lib/osx-aarch64/", "darwin/aarch64/", "native/Mac/aarch64/", "jna/darwin-aarch64/");
            case WINDOWS_X64 ->
                List.of("native/lib/win-x86_64/", "win/amd64/", "native/Windows/x86_64/", "jna/win32-x86-64/");
        };
    }

    /// Whether the entry is a library of machine code.
    static boolean isNative(String entry) {
        String name = entry.substring(entry.lastIndexOf('/') + 1);
        return name.matches(".*\\.(so|so\\.[0-9.]+|dll|dylib|jnilib|a)");
    }

    /// JavaFX comes in jars for one system, with its libraries beside the folders of classes.
    static boolean isOfJavaFx(String entry) {
        return isNative(entry) && entry.indexOf('/') < 0;
    }
}
