/* project.h - the files of a project, read beneath its folder and nowhere else.
 *
 * A path is relative to the project's folder, with `/` between plain names: no `..`, no `.`, no symbolic
 * link on the way, and regular files alone at its end. Each step is opened from the folder before it, so
 * that nothing that is renamed meanwhile leads out. */
#ifndef LICET_PROJECT_H
#define LICET_PROJECT_H

#include <licet/confine.h>

#define LIC_PROJECT_PATH_MAX 1024u   /* bytes of a path */
#define LIC_PROJECT_NAMES_MAX 10000u /* names in a folder that is listed */

typedef struct lic_project lic_project;

/* MISSING, code "folder"; NO_MEMORY. `max_file_bytes`: the largest file that is read. */
lic_status lic_project_open(const char *folder, size_t max_file_bytes,
                            const lic_allocator *allocator, lic_project **project,
                            lic_error *error);
void lic_project_close(lic_project *project); /* NULL allowed */

/* Told of each path that is read or listed, before it is looked at, whether or not something is there: what
 * came of a run depends on these and on no other file. */
typedef struct lic_project_observer {
    void *context;
    void (*asked)(void *context, lic_slice path); /* NULL: nobody is told */
} lic_project_observer;
void lic_project_observe(lic_project *project, const lic_project_observer *observer);

/* True when `path` is a plain relative one. */
bool lic_project_path_valid(lic_slice path);

/* Appends a file's bytes. DENIED, code "path": it leads out of the project, over a symbolic link, or to
 * what is no regular file; MISSING; TOO_LARGE, code "size"; IO. */
lic_status lic_project_read(lic_project *project, lic_slice path, lic_buffer *target,
                            lic_error *error);
/* The names in a folder, in order of bytes, each with lic_put_slice; "" is the project's own folder.
 * Names that begin with a dot are left out. */
lic_status lic_project_list(lic_project *project, lic_slice path, lic_buffer *target,
                            lic_error *error);

/* Fills in `read` and `list`; the context is the project. */
void lic_project_serve(lic_project *project, lic_host_services *services);

#endif
