// Stands for programs of Windows that a batch file calls, under the name it is given: findstr and where as far as they are
// used, powershell by what the batch file waits for; every other one says what it is asked to do.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_in(const char *folder, const char *name, const char *mode) {
    char path[1024];
    snprintf(path, sizeof path, "%s\\%s", folder, name);
    return fopen(path, mode);
}

// findstr /b [/l] WORD FILE
static int findstr(const char *word, const char *name) {
    FILE *file = fopen(name, "rb");
    char line[1024];
    int found = 0;
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, word, strlen(word)) == 0) {
            fputs(line, stdout);
            found = 1;
        }
    }
    return !found;
}

static int where(const char *wanted) {
    char name[256];
    snprintf(name, sizeof name, strchr(wanted, '.') ? "%s" : "%s.exe", wanted);
    int found = 0;
    for (char *folder = strtok(getenv("PATH"), ";"); folder; folder = strtok(NULL, ";")) {
        FILE *file = open_in(folder, name, "rb");
        if (file) {
            printf("%s\\%s\n", folder, name);
            fclose(file);
            found = 1;
        }
    }
    return !found;
}

// Answers whether sources are newer by a file that is called stale, and writes what the launcher reads after a build.
static int powershell(const char *text) {
    if (!strstr(text, "WriteAllText")) {
        return open_in(getenv("ROOT"), "stale", "rb") ? 1 : 0;
    }
    const char *names[] = {"classpath", "classpath.args", "package.args"};
    for (int i = 0; i < 3; i++) {
        fclose(open_in(getenv("BUILD"), names[i], "wb"));
    }
    return 0;
}

int main(int count, char **arguments) {
    const char *name = strrchr(arguments[0], '\\');
    name = name ? name + 1 : arguments[0];
    if (strncmp(name, "findstr", 7) == 0) {
        return findstr(arguments[count - 2], arguments[count - 1]);
    }
    if (strncmp(name, "where", 5) == 0) {
        return where(arguments[1]);
    }
    if (strncmp(name, "powershell", 10) == 0) {
        return powershell(arguments[count - 1]);
    }
    printf("<%s>\n", name);
    for (int i = 1; i < count; i++) {
        printf("[%s]\n", arguments[i]);
    }
    return 7;
}
